// The command line under test: TOROKU_BIN, built with sanitizers.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";

import { mailPassword } from "./mailbox.mjs";

const FAULT = /AddressSanitizer|LeakSanitizer|runtime error:|CRITICAL|Assertion/;
const environment = { ...process.env, G_SLICE: "always-malloc", TOROKU_SMTP_PASSWORD: mailPassword };

// Runs a subcommand and answers what it printed; throws with all that it said when it does not end with 0.
export function toroku(...parameters) {
    assert.ok(process.env.TOROKU_BIN, "TOROKU_BIN is not set; run the tests with ctest");
    const options = { env: environment, maxBuffer: 1 << 28 };
    return new Promise((resolve, reject) => {
        execFile(process.env.TOROKU_BIN, parameters, options, (error, stdout, stderr) => {
            if (error || FAULT.test(stdout + stderr))
                reject(new Error(`toroku ${parameters[0]} (${error?.code ?? 0}):\n${stderr}${stdout}`));
            else
                resolve(stdout);
        });
    });
}

// The JSON objects that a subcommand prints, one a line.
export const lines = (text) => text.trim().split("\n").map((line) => JSON.parse(line));
