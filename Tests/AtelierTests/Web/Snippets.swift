import Foundation
import Testing
import WebDriverSupport

/// The calls for programmers, run as they stand.
enum Snippets {
  /// Node.js, where this machine has it with what the call needs (version 20 or later).
  static var node: String? {
    ["/usr/bin/node", "/usr/local/bin/node"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// Runs the call in Python, in the environment of schemathesis, which has Requests.
  static func run(python code: String, in service: WebService) async throws -> String {
    let cache = try #require(
      ProcessInfo.processInfo.environment["ATELIER_CACHE"], "source scripts/environment first")
    return try await run(
      code, "call.py", with: cache + "/schemathesis/bin/python", in: service)
  }

  /// Runs the call in JavaScript with Node.js.
  static func run(
    javaScript code: String, with node: String, in service: WebService
  ) async throws -> String {
    try await run(code, "call.mjs", with: node, in: service)
  }

  /// Runs the call in JavaScript in a browser, on a page of the API, with what Node.js has and
  /// browsers do not.
  ///
  /// - Returns: The engine that answered.
  static func run(javaScript code: String, in browser: Browser) async throws -> String {
    let address = try #require(code.firstMatch(of: #/fetch\("(http:[^"]+)\/predict/#)).output.1
    let body = try #require(code.split(separator: "\n", maxSplits: 1).last)
    try #require(code.hasPrefix(#"import { openAsBlob } from "node:fs";"#))
    try await browser.open(address + "/docs")
    return try await browser.value(
      of: """
        const bytes = Uint8Array.from(atob(arguments[0]), (character) => character.charCodeAt(0));
        const openAsBlob = async () => new Blob([bytes]);
        const process = { env: { ATELIER_KEY: arguments[1] } };
        let answer;
        const console = { log: (value) => { answer = value; } };
        await (async () => {
        \(body.replacing("const answer", with: "const response").replacing("answer.", with: "response."))
        })();
        return answer.model;
        """, [Data(Garment.bag).base64EncodedString(), WebService.predictKey])
  }

  private static func run(
    _ code: String, _ name: String, with interpreter: String, in service: WebService
  ) async throws -> String {
    _ = try service.file(name, Array(code.utf8))
    return try await Shell.run(
      "'\(interpreter)' \(name)", in: service.home,
      environment: ["ATELIER_KEY": WebService.predictKey])
  }
}
