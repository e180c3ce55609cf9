import Foundation
import Glibc
import OracleSupport
import Testing
import WebDriverSupport

/// Many pictures at once, in the browser.
extension WebInterfaceTests {
  /// Where the batch is.
  private static func isBatch(_ kind: String) -> String {
    "document.querySelector('#batch-state').dataset.kind === '\(kind)'"
  }

  /// How many answers the page says it has.
  private static let count =
    "Number(document.querySelector('#classified-text').textContent.split(' ')[0].replaceAll(',', ''))"

  private static func openBatch(_ browser: Browser, _ service: WebService) async throws {
    try await browser.open(service.origin + "/batch")
    try await browser.wait(until: WebService.isReady)
  }

  /// What the button for CSV saves.
  private static func savedCSV(_ browser: Browser) async throws -> [String] {
    try await browser.run(
      """
      const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => { if (blob.type === "text/csv") window.saved = blob; return make(blob); };
      """)
    try await browser.click("#csv")
    let text: String = try await browser.value(of: "return window.saved.text()")
    #expect(text.unicodeScalars.first != "=")
    return text.split(separator: "\r\n").map(String.init)
  }

  /// A ZIP archive, written by Python, of small pictures that differ.
  private static func archive(_ service: WebService, pictures: Int) async throws -> String {
    let folder = service.home.appending(path: "many", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for index in 0..<pictures {
      let name = "\(10_000 + index).png"
      try Data(Garment.small(index)).write(to: folder.appending(path: name))
    }
    _ = try await Shell.run(
      "'\(Oracle.interpreter)' -m zipfile -c many.zip many", in: service.home, environment: [:])
    return service.home.appending(path: "many.zip").path
  }

  @Test func classifiesABatchAndSaysWhatFailed() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await Self.openBatch(browser, service)
      let files = try [
        service.file("large.png", [0x89, 0x50] + [UInt8](repeating: 0, count: 40 << 20)),
        service.file("paper.pdf", Array("%PDF-1.7\n".utf8)),
        service.file("broken.png", Array(Garment.bag.prefix(60))),
        service.file("<img src=x onerror=document.title=1>.png", Garment.bag),
        service.file("=1+1.png", Garment.bag), service.file("noise.png", Garment.noise),
        await Self.archive(service, pictures: 12),
      ]
      try await browser.type(files.joined(separator: "\n"), into: "#files")
      try await browser.wait(until: "\(Self.isBatch("done")) && \(Self.count) === 18")
      let rows: [String] = try await browser.value(
        of: "return [...document.querySelectorAll('.data tbody tr')].map((row) => row.innerText)")
      #expect(rows.count == 18)
      func row(_ name: String) -> String { rows.first { $0.contains(name) } ?? "" }
      #expect(row("large.png").contains("40 MiB, and at most 10 MiB"))
      #expect(row("large.png").contains("Make it smaller"))
      #expect(row("paper.pdf").contains("not a picture the service can read"))
      #expect(row("broken.png").contains("damaged or incomplete"))
      #expect(row("<img src=x onerror=document.title=1>.png").hasSuffix("%"))
      #expect(row("many/10011.png").contains("%"))
      let strange: Int = try await browser.value(
        of: "return document.querySelectorAll('img[src=x]').length + (document.title === '1')")
      #expect(strange == 0)
      #expect(
        try await browser.text(of: "#batch-totals").hasPrefix("15 classified"))
      // The failed ones alone.
      try await browser.choose("failed", in: "#show")
      let failed: Int = try await browser.value(
        of: "return document.querySelectorAll('.data tbody tr').length")
      #expect(failed == 3)
      try await browser.choose("all", in: "#show")
      try await browser.choose("low", in: "#order")
      let confidences: [String] = try await browser.value(
        of:
          "return [...document.querySelectorAll('.data td.number')].map((cell) => cell.textContent)"
      )
      let numbers = confidences.compactMap { Double($0.dropLast()) }
      #expect(numbers.count == 15)
      #expect(numbers == numbers.sorted())
      try await browser.choose("given", in: "#order")
      try await Self.checkFiles(of: browser, service)
      #expect(try await browser.consoleErrors() == [])
    }
  }

  /// The files that a batch can be taken away in, and its place in the history.
  private static func checkFiles(of browser: Browser, _ service: WebService) async throws {
    let lines = try await savedCSV(browser)
    #expect(lines.count == 19)
    #expect(lines.first?.contains("filename,predicted_class,confidence") == true)
    #expect(lines.contains { $0.hasPrefix("'=1+1.png,") })
    #expect(lines.contains { $0.hasPrefix("broken.png,,,") })
    let workbook: [String] = try await browser.value(
      of: """
        const response = await fetch(document.querySelector("#xlsx").href);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const text = await (await fetch(document.querySelector("#xlsx").href.replace("xlsx", "csv"))).text();
        return [String(response.status), String.fromCharCode(...bytes.slice(0, 2)), String(text.trim().split("\\r\\n").length)];
        """)
    #expect(workbook == ["200", "PK", "16"])
    try await browser.click("#in-history")
    try await browser.wait(until: "document.querySelector('#list')?.ariaBusy === 'false'")
    let found: Int = try await browser.value(
      of: "return document.querySelectorAll('.data tbody tr').length")
    #expect(found == 15)
    #expect(try await browser.text(of: "#batch-filter").hasPrefix("Only pictures of one batch"))
  }

  @Test func takesAFolderAndLeavesOutOtherFiles() async throws {
    try await WebService.visit { browser, service in
      try await Self.openBatch(browser, service)
      let folder = service.home.appending(path: "shop/今天", directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, content) in [
        ("b.png", Garment.bag), ("a.png", Garment.bag), ("notes.txt", [65]), (".hidden.png", [65]),
      ] {
        try Data(content).write(to: folder.appending(path: name))
      }
      try await browser.type(service.home.appending(path: "shop").path, into: "#folder")
      try await browser.wait(until: "\(Self.isBatch("done")) && \(Self.count) === 2")
      let names: [String] = try await browser.value(
        of:
          "return [...document.querySelectorAll('.data .name-cell')].slice(1).map((cell) => cell.textContent)"
      )
      #expect(names == ["shop/今天/a.png", "shop/今天/b.png"])
      #expect(try await browser.text(of: "#batch-totals").contains("2 other files"))
      // A key that may only classify gets its results without the history.
      let offered: [Bool] = try await browser.value(
        of:
          "return ['#csv', '#xlsx', '#in-history'].map((name) => document.querySelector(name).checkVisibility())"
      )
      #expect(offered == [true, false, false])
      // Signed out in between, it goes on after signing in again.
      try await browser.run(
        """
        const { csrf_token } = await (await fetch("/session")).json();
        await fetch("/session", { method: "DELETE", headers: { "X-CSRF-Token": csrf_token } });
        """)
      try await browser.type(try service.file("later.png", Garment.bag), into: "#files")
      try await browser.wait(until: "document.querySelector('#sign-in-again').open")
      try await browser.type(WebService.predictKey, into: "#again-key")
      try await browser.press(.enter, in: "#again-key")
      try await browser.wait(until: "\(Self.isBatch("done")) && \(Self.count) === 3")
    }
  }

  @Test func aBatchOutlivesTheService() async throws {
    // Enough that one can stop it in the middle.
    let count = 10_000
    try await WebService.with { service in
      try await Browser.run { browser in
        let file = try await Self.archive(service, pictures: count)
        try await service.run { server in
          try await service.signIn(browser, key: WebService.adminKey)
          try await Self.openBatch(browser, service)
          try await browser.type(file, into: "#files")
          try await browser.wait(until: "\(Self.count) > 100")
          try await browser.click("#cancel")
          try await browser.wait(until: Self.isBatch("cancelled"))
          #expect(try await browser.text(of: "#batch-state").hasPrefix("Cancelled. What is done"))
          try await browser.run("window.before = \(Self.count)")
          try await browser.click("#go-on")
          try await browser.wait(until: "\(Self.count) > window.before + 100")
          // Killed in the middle, without a last word.
          server.stop(SIGKILL)
          try await browser.wait(until: Self.isBatch("interrupted"))
        }
        let state = try await browser.text(of: "#batch-state")
        #expect(state.hasPrefix("The service stopped answering. What is done stays."))
        let before: Int = try await browser.value(of: "return \(Self.count)")
        #expect((200..<count).contains(before))
        try await service.run { _ in
          try await browser.click("#go-on")
          try await browser.wait(until: "\(Self.isBatch("done")) && \(Self.count) === \(count)")
          // Thousands of answers, and a page of them.
          let rows: Int = try await browser.value(
            of: "return document.querySelectorAll('.data tbody tr').length")
          #expect(rows == 100)
          #expect(try await browser.text(of: "#page-text") == "Page 1 of 100")
          try await browser.click("#next")
          let first: String = try await browser.value(
            of: "return document.querySelector('.data tbody .name-cell').textContent")
          #expect(first == "many/10100.png")
          let lines = try await Self.savedCSV(browser).dropFirst()
          let names = lines.map { $0.prefix { $0 != "," } }
          #expect(names == (0..<count).map { "many/\(10_000 + $0).png" })
        }
      }
    }
  }
}
