// Reads an AsyncAPI document from the standard input, and writes what the official parser finds wrong with it.
const { Parser } = require('@asyncapi/parser');
const { readFileSync } = require('node:fs');

new Parser().parse(readFileSync(0, 'utf8')).then(({ document, diagnostics }) => {
  const wrong = diagnostics.map(({ code, message, path, severity }) => ({ code, message, path, severity }));
  const messages = document ? document.messages().all().map((one) => one.id()) : [];
  console.log(JSON.stringify({ valid: document !== undefined, wrong, messages }));
});
