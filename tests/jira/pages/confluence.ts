/** The same meta with a bare value, and no cookie to compare it with: not Jira. */
export const CONFLUENCE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Dashboard - Confluence look-alike</title>
<meta id="atlassian-token" name="atlassian-token" content="${'4'.repeat(40)}">
<meta name="ajs-context-path" content="/confluence">
<meta name="ajs-version-number" content="8.5.7">
<meta name="ajs-remote-user" content="">
<meta name="ajs-atl-token" content="${'4'.repeat(40)}">
</head>
<body id="com-atlassian-confluence" class="theme-default dashboard"></body>
</html>`;
