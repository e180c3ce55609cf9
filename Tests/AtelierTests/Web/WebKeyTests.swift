import Foundation
import Testing
import WebDriverSupport

/// Keys in the browser: made, shown once, and revoked.
extension WebInterfaceTests {
  private struct MadeKey: Decodable {
    let id: String
    let state: String
    let secret: String?
  }

  private static let isLoaded =
    "document.readyState === 'complete' && document.querySelector('#list')?.ariaBusy === 'false'"

  /// Whether the service lets a key in.
  private static func letsIn(_ secret: String, _ browser: Browser) async throws -> Bool {
    try await browser.value(
      of: """
        const headers = { "Content-Type": "application/json" };
        const body = JSON.stringify({ key: arguments[0] });
        return (await fetch("/session", { method: "POST", credentials: "omit", headers, body })).ok;
        """, [secret])
  }

  @Test func makesAndRevokesKeys() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      let environment = ["ATELIER_HOME": service.home.path]
      try await browser.open(service.origin + "/keys")
      try await browser.wait(until: Self.isLoaded)
      try await browser.click("#new")
      try await browser.type("<b>till</b>", into: "#name")
      try await browser.type("90", into: "#days")
      try await browser.press(.enter, in: "#days")
      try await browser.wait(until: "document.querySelector('#made').open")
      let secret = try await browser.text(of: "#secret")
      #expect(secret.hasPrefix("atl_"))
      #expect(try await Self.letsIn(secret, browser))
      // Escape, pressed in passing, does not lose the only look at it.
      try await browser.press(.escape, in: "#copy")
      let isOpen: Bool = try await browser.value(of: "return document.querySelector('#made').open")
      #expect(isOpen)
      try await browser.run(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }")
      try await browser.click("#copy")
      try await browser.wait(until: "window.copied !== undefined")
      #expect(try await browser.value(of: "return window.copied") == secret)
      try await browser.click("#made [data-close]")
      // A dialog tells a moment later that it was closed.
      try await browser.wait(until: "document.querySelector('#secret').textContent === ''")
      let isGone: Bool = try await browser.value(
        of: "return !document.documentElement.outerHTML.includes(arguments[0])", [secret])
      #expect(isGone)
      // The command line knows it too.
      let listed = try await Program.run("keys", "list", "--json", environment: environment)
      let keys = try JSONDecoder().decode([MadeKey].self, from: Data(listed.output.utf8))
      #expect(keys.map(\.state) == ["valid"])
      try await browser.click(".action-cell button")
      #expect(try await browser.text(of: "#revoke-title") == "Revoke “<b>till</b>”?")
      try await browser.click("#revoke-confirm")
      try await browser.wait(until: "document.querySelector('.data [data-state=revoked]') !== null")
      #expect(try await Self.letsIn(secret, browser) == false)
      #expect(
        try await browser.consoleErrors().filter { !$0.contains("401 (Unauthorized)") } == [])
    }
  }

  @Test func makesNoSecondKeyWhenAnAnswerIsLost() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await browser.open(service.origin + "/keys")
      try await browser.wait(until: Self.isLoaded)
      // The service makes the key, and its answer does not arrive.
      try await browser.run(
        """
        const send = window.fetch;
        window.fetch = async (path, options) => {
          const answer = await send(path, options);
          if (path !== "/api/keys" || options?.method !== "POST") return answer;
          throw new TypeError("the connection was lost");
        };
        """)
      try await browser.click("#new")
      try await browser.type("till", into: "#name")
      try await browser.press(.enter, in: "#name")
      try await browser.wait(
        until: """
          document.querySelector('#create-problem').textContent.startsWith('The service did not answer')
            && document.querySelectorAll('.data [data-state=valid]').length > 0
          """)
      let listed = try await Program.run(
        "keys", "list", "--json", environment: ["ATELIER_HOME": service.home.path])
      let keys = try JSONDecoder().decode([MadeKey].self, from: Data(listed.output.utf8))
      #expect(keys.count == 1)
    }
  }

  @Test func saysWhatTheEndOfAnOwnKeyMeans() async throws {
    try await WebService.with { service in
      try await service.run(environment: ["ATELIER_API_KEYS": ""]) { _ in
        let environment = ["ATELIER_HOME": service.home.path]
        // The first start has made one already.
        let made = try await Program.run(
          "keys", "create", "--name", "me", "--role", "admin", "--json", environment: environment)
        let mine = try JSONDecoder().decode(MadeKey.self, from: Data(made.output.utf8))
        let secret = try #require(mine.secret)
        try await Browser.run { browser in
          try await service.signIn(browser, key: secret)
          try await browser.open(service.origin + "/keys")
          try await browser.wait(until: Self.isLoaded)
          try await browser.click("tr:last-child .action-cell button")
          try await browser.click("#revoke-confirm")
          try await browser.wait(
            until:
              "document.querySelector('#revoke-text').textContent.startsWith('This is the key')")
          try await browser.click("#revoke [data-close]")
          #expect(try await Self.letsIn(secret, browser))
          // The other one goes, and this is the last.
          try await browser.click("tr:first-child .action-cell button")
          try await browser.click("#revoke-confirm")
          try await browser.wait(
            until: "document.querySelector('.data [data-state=revoked]') !== null")
          try await browser.click("tr:last-child .action-cell button")
          try await browser.click("#revoke-confirm")
          try await browser.wait(
            until:
              "document.querySelector('#revoke-text').textContent.startsWith('This is the last')")
          try await browser.click("#revoke-confirm")
          try await browser.wait(until: "location.pathname === '/sign-in'")
          #expect(try await browser.text(of: ".ended").hasPrefix("Your session has ended"))
          try await browser.open(service.origin + "/history?class=Bag")
          let way: String = try await browser.value(of: "return location.search")
          #expect(way == "?next=/history%3Fclass%3DBag")
        }
      }
    }
  }

  @Test func rolesSeeTheirOwnPages() async throws {
    try await WebService.visit { browser, service in
      let offered: [String] = try await browser.value(
        of:
          "return [...document.querySelectorAll('nav a')].filter((link) => link.checkVisibility()).map((link) => link.dataset.for)"
      )
      #expect(offered == ["classify", "batch", "system"])
      for path in ["/history", "/keys"] {
        try await browser.open(service.origin + path)
        #expect(try await browser.text(of: "h1") == "Your key may not see this")
      }
    }
  }

  @Test func theMenuOfAPhoneWorksByKeyboard() async throws {
    try await WebService.visit(.init(size: (360, 740), isPhone: true)) { browser, _ in
      let isOpen = "document.querySelector('#pages').matches(':popover-open')"
      try await browser.press(.enter, in: "#menu")
      try await browser.wait(until: isOpen)
      try await browser.press(.tab, in: "#menu")
      let first: String = try await browser.value(of: "return document.activeElement.dataset.for")
      #expect(first == "classify")
      try await browser.press(.escape, in: "nav a")
      try await browser.wait(until: "!\(isOpen)")
      try await browser.press(.enter, in: "#menu")
      try await browser.press(.enter, in: "[data-for=system]")
      try await browser.wait(until: "location.pathname === '/system'")
    }
  }
}
