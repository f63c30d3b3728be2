import { playMatrixIn } from './matrix.ts';

playMatrixIn('chromium');
