#!/usr/bin/env node
// The command itself is dist/main.js; this file exists before anything is built, so that it can be linked.
import '../dist/main.js'
