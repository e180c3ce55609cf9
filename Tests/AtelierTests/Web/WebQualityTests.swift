import Foundation
import Testing
import WebDriverSupport

/// What a page is like: usable by everybody, on every screen, light, and still.
extension WebInterfaceTests {
  private struct Violation: Decodable, CustomStringConvertible {
    let id: String
    let nodes: [String]

    var description: String { "\(id): \(nodes.joined(separator: "; "))" }
  }

  /// What axe-core finds on the page as it is now.
  private static func violations(_ browser: Browser) async throws -> [Violation] {
    let axe = try AccessibilityEngine.source()
    return try await browser.value(
      of: axe + """
        ;const found = await axe.run(document, { runOnly: {
          type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } });
        return found.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.target.join(" ")) }));
        """)
  }

  private static let devices: [(name: String, device: Browser.Device)] = [
    ("desktop", .init()),
    ("phone", .init(languages: "zh-CN", size: (360, 740), isPhone: true)),
  ]

  @Test(arguments: ["desktop", "phone"], ["light", "dark"])
  func everybodyCanUseIt(name: String, theme: String) async throws {
    let device = try #require(Self.devices.first { $0.name == name }?.device)
    try await WebService.with { service in
      try await StoredHistory.fill(service.home)
      try await service.run(engines: "all") { _ in
        try await Browser.run(device) { browser in
          try await browser.open(service.origin + "/sign-in")
          try await browser.run(
            "document.cookie = `atelier_theme=${arguments[0]}; Path=/`", [theme])
          try await browser.open(service.origin + "/sign-in")
          try await Self.check(browser, "sign-in-\(name)-\(theme)")
          try await service.signIn(browser, key: WebService.adminKey)
          try await Self.check(browser, "empty-\(name)-\(theme)")
          try await Self.fillPage(browser, service)
          try await Self.check(browser, "classify-\(name)-\(theme)")
          try await browser.click(".picture[data-state=done] [data-action=code]")
          try await Self.check(browser, "code-\(name)-\(theme)")
          try await browser.open(service.origin + "/system")
          try await browser.wait(
            until: "document.querySelector('#state').dataset.status === 'ready'")
          try await Self.check(browser, "system-\(name)-\(theme)")
          try await Self.checkModels(browser, service, "-\(name)-\(theme)")
          try await browser.open(service.origin + "/dashboard")
          try await browser.wait(
            until: "document.querySelector('#live').dataset.state === 'live'")
          try await browser.run(
            "for (const part of document.querySelectorAll('details')) part.open = true;")
          try await Self.check(browser, "dashboard-details-\(name)-\(theme)")
          try await browser.run(
            "for (const part of document.querySelectorAll('details')) part.open = false;")
          try await Self.check(browser, "dashboard-\(name)-\(theme)")
          try await Self.checkLists(browser, service, "\(name)-\(theme)")
        }
      }
    }
  }

  /// The versions, one of them damaged, and the dialogs.
  private static func checkModels(
    _ browser: Browser, _ service: WebService, _ suffix: String
  ) async throws {
    let models = service.home.appending(path: "models")
    try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
    let copy = models.appending(path: "autumn-collection")
    try FileManager.default.copyItem(at: Program.shippedModel, to: copy)
    try FileManager.default.createDirectory(
      at: models.appending(path: "unfinished"), withIntermediateDirectories: true)
    try await browser.open(service.origin + "/models")
    try await browser.wait(
      until: "document.querySelector('[data-version=unfinished]') !== null")
    try await check(browser, "models" + suffix)
    try await browser.click("[data-version=autumn-collection] [data-action=promote]")
    try await check(browser, "promote" + suffix)
    try await browser.press(.escape, in: "#confirm-yes")
    try await browser.click("#import")
    try await check(browser, "import" + suffix)
  }

  /// The pages that list, with something in them, their dialogs, and what stands in for a page.
  private static func checkLists(
    _ browser: Browser, _ service: WebService, _ name: String
  ) async throws {
    try await browser.open(service.origin + "/batch")
    try await browser.wait(until: WebService.isReady)
    try await check(browser, "batch-empty-\(name)")
    let files =
      try [
        service.file("noise.png", Garment.noise),
        service.file("paper.pdf", Array("%PDF-1.7\n".utf8)),
      ] + ["0", "1", "2", "4", "6", "8", "9", "13", "18", "19"].map(Garment.example)
    try await browser.type(files.joined(separator: "\n"), into: "#files")
    try await browser.wait(until: "document.querySelectorAll('.data tbody tr').length === 12")
    try await check(browser, "batch-\(name)")
    let isLoaded = "document.querySelector('#list')?.ariaBusy === 'false'"
    try await browser.open(service.origin + "/history")
    try await browser.wait(until: isLoaded)
    try await browser.click(".truth button")
    try await browser.click(".correction [type=submit]")
    try await browser.wait(until: "document.querySelector('.truth .wrong') !== null")
    try await check(browser, "history-\(name)")
    try await browser.open(service.origin + "/history?class=Trouser")
    try await browser.wait(until: isLoaded)
    try await check(browser, "history-none-\(name)")
    try await browser.open(service.origin + "/keys")
    try await browser.wait(until: isLoaded)
    try await browser.click("#new")
    try await check(browser, "keys-new-\(name)")
    try await browser.type("Kasse 3", into: "#name")
    try await browser.press(.enter, in: "#name")
    try await browser.wait(until: "document.querySelector('#made').open")
    try await check(browser, "keys-made-\(name)")
    try await browser.click("#made [data-close]")
    try await check(browser, "keys-\(name)")
    try await browser.click(".action-cell button")
    try await check(browser, "keys-revoke-\(name)")
    try await browser.open(service.origin + "/nothing")
    try await check(browser, "nothing-\(name)")
  }

  /// Every state a picture can be in: an answer, a doubt, no garment, a failure, a comparison.
  private static func fillPage(_ browser: Browser, _ service: WebService) async throws {
    try await browser.type(
      [
        try service.file("paper.pdf", Array("%PDF-1.7\n".utf8)),
        try service.file("noise.png", Garment.noise),
      ].joined(separator: "\n"), into: "#files")
    try await browser.wait(until: "\(WebService.haveFailed(1)) && \(WebService.haveAnswers(1))")
    for example in ["4", "9"] { try await browser.click("[data-example='\(example)']") }
    try await browser.wait(until: WebService.haveAnswers(3))
    try await browser.click(".picture [data-action=compare]")
    try await browser.wait(until: "document.querySelector('.comparison') !== null")
    let doubts: Int = try await browser.value(
      of: "return document.querySelectorAll('.doubt').length")
    #expect(doubts == 2)
  }

  static func check(_ browser: Browser, _ name: String) async throws {
    let found = try await violations(browser)
    #expect(found.isEmpty, "\(name): \(found)")
    let widths: [Int] = try await browser.value(
      of: "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    #expect(widths[0] <= widths[1], "\(name) is wider than the screen")
    let overflowing: Int = try await browser.value(
      of: """
        const cards = [...document.querySelectorAll(".card, dialog[open]")];
        return cards.filter((card) => card.scrollWidth > card.clientWidth).length;
        """)
    #expect(overflowing == 0, "\(name) has a card that is too narrow")
    try await Screenshots.write(browser, name)
  }

  @Test func thePhoneOffersItsCamera() async throws {
    try await WebService.visit(.init(size: (360, 740), isPhone: true)) { browser, _ in
      let state: [String] = try await browser.value(
        of: """
          const shown = getComputedStyle(document.querySelector("#photograph")).display;
          return [shown, document.querySelector("#camera").getAttribute("capture")];
          """)
      #expect(state == ["block", "environment"])
    }
    try await WebService.visit { browser, _ in
      let shown: String = try await browser.value(
        of: "return getComputedStyle(document.querySelector('#photograph')).display")
      #expect(shown == "none")
    }
  }

  /// How much has moved on the page since it was opened, as the Layout Instability API has it.
  static func layoutShift(_ browser: Browser) async throws -> Double {
    try await browser.value(
      of: """
        return await new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
        });
        """)
  }

  @Test func theFirstViewIsSmallAndNothingMoves() async throws {
    try await WebService.visit { browser, service in
      try await browser.open("about:blank")
      try await browser.open(service.origin + "/")
      try await browser.wait(until: WebService.isReady)
      let moved = try await Self.layoutShift(browser)
      #expect(moved < 0.01)
      let size: Int = try await browser.value(
        of: """
          return [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .reduce((sum, entry) => sum + entry.decodedBodySize, 0);
          """)
      #expect((10_000..<100_000).contains(size))
    }
  }

  @Test func nothingMovesOnTheOtherPages() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await browser.click("[data-example='9']")
      try await browser.wait(until: WebService.haveAnswers(1))
      for path in ["/batch", "/history", "/keys", "/system", "/sign-in", "/nothing"] {
        try await browser.open(service.origin + path)
        try await browser.wait(until: "document.readyState === 'complete'")
        let moved = try await Self.layoutShift(browser)
        #expect(moved < 0.01, "\(path)")
      }
    }
  }

  @Test func theKeyboardReachesEverything() async throws {
    try await WebService.visit { browser, _ in
      let order: [String] = try await browser.value(
        of: """
          return [...document.querySelectorAll("a[href], button, select, input, [tabindex='0']")]
            .filter((item) => item.checkVisibility({ visibilityProperty: true }) && item.tabIndex >= 0)
            .map((item) => item.id || item.className || item.dataset.example || item.dataset.for);
          """)
      #expect(order.first == "skip")
      #expect(order.contains("choose"))
      #expect(order.filter { Int($0) != nil }.count == 10)
      try await browser.press(.tab, in: "body")
      let first: String = try await browser.value(of: "return document.activeElement.className")
      #expect(first == "skip")
      try await browser.press(.enter, in: ".skip")
      try await browser.wait(until: "location.hash === '#main'")
    }
  }
}

/// axe-core, where scripts/setup has put it.
enum AccessibilityEngine {
  static func source() throws -> String {
    let cache = try #require(
      ProcessInfo.processInfo.environment["ATELIER_CACHE"], "source scripts/environment first")
    let folder = URL(filePath: cache).appending(path: "accessibility/lib")
    let versions = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let file = folder.appending(path: try #require(versions.first))
      .appending(path: "site-packages/axe_playwright_python/axe.min.js")
    return try String(contentsOf: file, encoding: .utf8)
  }
}

/// Pictures of the pages for the documentation, made when `ATELIER_SCREENSHOTS` names a folder.
enum Screenshots {
  static let names = [
    "sign-in", "classify", "batch", "history", "stored", "dashboard", "models", "keys", "system",
  ].flatMap {
    ["\($0)-desktop-light", "\($0)-phone-dark"]
  }

  static func write(_ browser: Browser, _ name: String) async throws {
    guard names.contains(name),
      let folder = ProcessInfo.processInfo.environment["ATELIER_SCREENSHOTS"]
    else { return }
    // On a phone, the answers are what there is to see.
    try await browser.run(
      """
      const isPhone = document.documentElement.clientWidth < 600;
      (isPhone && document.querySelector("#results-title") || document.body).scrollIntoView();
      """)
    // What a dashboard shows does not fit on a screen.
    let picture =
      name == "dashboard-desktop-light"
      ? try await browser.screenshotOfPage() : try await browser.screenshot()
    try picture.write(to: URL(filePath: folder).appending(path: name + ".png"))
  }
}
