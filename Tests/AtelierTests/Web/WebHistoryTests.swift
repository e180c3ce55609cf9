import Foundation
import Testing
import WebDriverSupport

/// The history in the browser.
extension WebInterfaceTests {
  private static let isLoaded =
    "document.readyState === 'complete' && document.querySelector('#list')?.ariaBusy === 'false' && \(WebService.isReady)"

  private static let names =
    "[...document.querySelectorAll('.data tbody .name-cell a')].map((link) => link.textContent)"

  /// Stores predictions of pictures with names.
  private static func classify(_ names: [String], _ browser: Browser) async throws {
    try await browser.run(
      """
      const { csrf_token } = await (await fetch("/session")).json();
      const examples = [...document.querySelectorAll("#examples img")];
      const pictures = await Promise.all(examples.map(async ({ src }) => (await fetch(src)).blob()));
      const form = new FormData();
      [...arguments].forEach((name, index) => form.append("file", pictures[index % pictures.length], name));
      const headers = { "X-CSRF-Token": csrf_token };
      const response = await fetch("/api/predict-batch", { method: "POST", headers, body: form });
      if (!(await response.text()).includes("totals")) throw new Error("not classified");
      """, names)
  }

  @Test func showsTheHistoryPageByPage() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await browser.open(service.origin + "/history")
      try await browser.wait(until: Self.isLoaded)
      #expect(try await browser.text(of: ".list-note p") == "Nothing was classified yet.")
      try await browser.open(service.origin + "/")
      let script = "<img src=x onerror=document.title=1>.png"
      try await Self.classify((0..<119).map { "picture \($0).png" }, browser)
      // Alone, and so surely the newest: those of a batch are classified side by side.
      try await Self.classify([script], browser)
      try await browser.open(service.origin + "/history")
      try await browser.wait(until: Self.isLoaded)
      let first: [String] = try await browser.value(of: "return \(Self.names)")
      #expect(first.count == 50)
      #expect(first.contains(script))
      let strange: Int = try await browser.value(
        of: "return document.querySelectorAll('img[src=x]').length + (document.title === '1')")
      #expect(strange == 0)
      try await browser.click("#next")
      try await browser.wait(until: "\(Self.isLoaded) && location.search.startsWith('?pages=')")
      let second: [String] = try await browser.value(of: "return \(Self.names)")
      #expect(Set(first).isDisjoint(with: second))
      // The address has everything: loaded again, it shows the same, and knows the way back.
      let address: String = try await browser.value(of: "return location.href")
      try await browser.open("about:blank")
      try await browser.open(address)
      try await browser.wait(until: Self.isLoaded)
      #expect(try await browser.value(of: "return \(Self.names)") == second)
      #expect(try await browser.text(of: "#page-text") == "Page 2")
      try await browser.click("#next")
      try await browser.wait(until: "\(Self.isLoaded) && \(Self.names).length === 20")
      let isLast: String = try await browser.value(
        of: "return document.querySelector('#next').ariaDisabled")
      #expect(isLast == "true")
      try await browser.click("#previous")
      try await browser.wait(until: "\(Self.isLoaded) && \(Self.names).length === 50")
      #expect(try await browser.value(of: "return \(Self.names)") == second)
      try await browser.run("history.back()")
      try await browser.wait(until: "\(Self.isLoaded) && \(Self.names).length === 20")
      #expect(try await browser.consoleErrors() == [])
    }
  }

  @Test func filtersCorrectsAndExportsTheHistory() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await Self.classify((0..<30).map { "picture \($0).png" }, browser)
      try await browser.open(service.origin + "/history")
      try await browser.wait(until: Self.isLoaded)
      let count = { (query: String) async throws -> Int in
        try await browser.open(service.origin + "/history?" + query)
        try await browser.wait(until: Self.isLoaded)
        return try await browser.value(of: "return \(Self.names).length")
      }
      #expect(try await count("class=Bag") == 3)
      #expect(try await count("engine=onnx") == 30)
      #expect(try await count("engine=pytorch") == 0)
      #expect(try await browser.text(of: ".list-note p") == "No prediction meets these filters.")
      #expect(try await count("model_version=fashion-lite-20261126&min_confidence=99.9") < 30)
      #expect(try await count("filename=picture%202") == 11)
      let sure = try await count("uncertain=false")
      #expect(try await count("uncertain=true") == 30 - sure)
      #expect(try await count("from=2020-01-01&to=2020-12-31") == 0)
      #expect(try await count("from=2020-01-01&to=2100-12-31") == 30)
      #expect(try await count("label=any") == 0)
      // The form says what the address asks for, and asks anew when it changes.
      #expect(try await count("class=Bag&filename=8") == 3)
      let form: [String] = try await browser.value(
        of:
          "return ['class', 'filename'].map((name) => document.forms.filters.elements[name].value)")
      #expect(form == ["Bag", "8"])
      try await browser.run("document.querySelector('#filename').value = 'picture 18'")
      try await browser.press(.enter, in: "#filename")
      try await browser.wait(until: "\(Self.isLoaded) && \(Self.names).length === 1")
      let address: String = try await browser.value(of: "return location.search")
      #expect(address == "?class=Bag&filename=picture+18")
      try await browser.click(".truth button")
      try await browser.run("document.activeElement.value = 'Coat'")
      try await browser.click(".correction [type=submit]")
      try await browser.wait(until: "document.querySelector('.truth .wrong') !== null")
      #expect(try await browser.text(of: ".truth .wrong") == "wrong, it is Coat")
      let focused: String = try await browser.value(
        of: "return document.activeElement.ariaLabel")
      #expect(focused == "Change: picture 18.png")
      #expect(try await count("label=wrong") == 1)
      let exported: [String] = try await browser.value(
        of: """
          const csv = await (await fetch(document.querySelector("#csv").href)).text();
          const workbook = await (await fetch(document.querySelector("#xlsx").href)).text();
          return [String(csv.trim().split("\\r\\n").length), String(csv.includes("picture 18.png")), workbook.slice(0, 2)];
          """)
      #expect(exported == ["2", "true", "PK"])
      try await browser.click(".data .name-cell a")
      try await browser.wait(until: "document.querySelector('h1').textContent === 'picture 18.png'")
      // What the service cannot use is said, and mended by a click.
      _ = try await count("class=Hat")
      #expect(try await browser.text(of: ".failure").contains("The service cannot use a value"))
      // So is a prediction that nobody may see, and a page that is not there.
      try await browser.open(service.origin + "/api/predictions/none")
      #expect(try await browser.text(of: "h1") == "There is nothing here")
      try await browser.click("#language")
      try await browser.wait(until: "document.querySelector('h1').textContent === '这里什么都没有'")
    }
  }

  @Test func thePhoneFoldsTheFiltersAway() async throws {
    let device = Browser.Device(languages: "zh-CN", size: (360, 740), isPhone: true)
    try await WebService.visit(device, key: WebService.adminKey) { browser, service in
      func shown() async throws -> [String] {
        try await browser.value(
          of: """
            const { textContent, ariaExpanded } = document.querySelector("#filter-toggle");
            const { display } = getComputedStyle(document.querySelector("#filters"));
            return [textContent, ariaExpanded, display];
            """)
      }
      try await browser.open(service.origin + "/history")
      try await browser.wait(until: Self.isLoaded)
      #expect(try await shown() == ["筛选", "false", "none"])
      try await browser.click("#filter-toggle")
      #expect(try await shown() == ["筛选", "true", "grid"])
      try await browser.type("8", into: "#filename")
      try await browser.press(.enter, in: "#filename")
      try await browser.wait(until: "\(Self.isLoaded) && location.search === '?filename=8'")
      #expect(try await shown() == ["筛选（1）", "true", "grid"])
      try await browser.click("#filter-toggle")
      #expect(try await shown() == ["筛选（1）", "false", "none"])
    }
  }
}
