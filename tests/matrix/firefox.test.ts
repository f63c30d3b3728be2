import { playMatrixIn } from './matrix.ts';

playMatrixIn('firefox');
