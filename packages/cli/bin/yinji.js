#!/usr/bin/env node
// The command itself is bundle/main.js; this file exists before anything is built, so that it can be linked.
import '../bundle/main.js'
