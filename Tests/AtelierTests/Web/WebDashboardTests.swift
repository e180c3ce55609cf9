import Foundation
import Testing
import WebDriverSupport

/// The dashboard in the browser: live, filtered, and in spite of a service that goes away.
extension WebInterfaceTests {
  private static let isLive = "document.querySelector('#live').dataset.state === 'live'"

  private static func text(_ selector: String, is text: String) -> String {
    "document.querySelector('\(selector)').textContent === '\(text)'"
  }

  @Test func showsHowTheServiceDoes() async throws {
    try await WebService.with { service in
      try await StoredHistory.fill(service.home)
      try await service.run { _ in
        try await Browser.run { browser in
          try await service.signIn(browser, key: WebService.adminKey)
          try await browser.click("[data-example='9']")
          try await browser.wait(until: WebService.haveAnswers(1))
          try await browser.open(service.origin + "/dashboard")
          try await browser.wait(until: Self.isLive)
          #expect(try await browser.text(of: "#live-text") == "Live")
          #expect(
            try await browser.text(of: "#rate-note").hasSuffix(" requests, 601 pictures"))
          #expect(try await browser.text(of: "#accuracy-note").hasSuffix("86 labels"))
          #expect(try await browser.text(of: "#drift") == "Stable")
          #expect(try await browser.text(of: "#coverage").contains("since the service started"))
          let counts: [Double] = try await browser.value(
            of: "return [...document.querySelectorAll('#classes meter')].map((m) => m.value)")
          #expect(counts == [60, 60, 60, 60, 60, 60, 60, 61, 60, 60])
          let cells: Int = try await browser.value(
            of: "return document.querySelectorAll('#confusion td[data-kind]').length")
          #expect(cells == 100)
          // The next summary comes by itself, with what came in between.
          try await browser.run(
            """
            const picture = await (await fetch(document.documentElement.dataset.assets + "/example-9.png")).blob();
            const { csrf_token: token } = await (await fetch("/session")).json();
            const body = new FormData();
            body.append("file", picture, "again.png");
            await fetch("/api/predict-onnx", { method: "POST", headers: { "X-CSRF-Token": token }, body });
            """)
          try await browser.wait(
            until: "document.querySelector('#rate-note').textContent.endsWith(' 602 pictures')")
          try await browser.run(
            """
            const engine = document.querySelector("#engine");
            engine.value = "PyTorch";
            engine.dispatchEvent(new Event("change"));
            """)
          try await browser.wait(
            until: "document.querySelector('#rate-note').textContent.endsWith(' 200 pictures')")
          let address: String = try await browser.value(of: "return location.search")
          #expect(address == "?window=1h&engine=PyTorch")
          try await browser.open(service.origin + "/dashboard" + address)
          try await browser.wait(
            until: "document.querySelector('#rate-note').textContent.endsWith(' 200 pictures')")
          let chosen: String = try await browser.value(
            of: "return document.querySelector('#engine').value")
          #expect(chosen == "PyTorch")
          try await browser.click("#language")
          try await browser.wait(until: Self.text("#live-text", is: "实时"))
          #expect(try await browser.text(of: "#drift") == "图片太少")
          #expect(try await browser.consoleErrors() == [])
        }
      }
    }
  }

  @Test func saysThatNothingCame() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await browser.open(service.origin + "/dashboard")
      try await browser.wait(until: "!document.querySelector('#empty').hidden")
      #expect(try await browser.text(of: "#empty").hasPrefix("Nothing came in this time."))
      #expect(try await browser.text(of: "#live-text") == "Live")
      try await Self.check(browser, "dashboard-empty")
    }
  }

  @Test func goesOnWhenTheServiceIsBack() async throws {
    try await WebService.with { service in
      try await StoredHistory.fill(service.home, count: 20)
      try await Browser.run { browser in
        try await service.run { _ in
          try await service.signIn(browser, key: WebService.adminKey)
          try await browser.open(service.origin + "/dashboard")
          try await browser.wait(until: Self.isLive)
        }
        // The service has ended, and with it the stream.
        try await browser.wait(
          until: "document.querySelector('#live').dataset.state === 'broken'")
        #expect(try await browser.text(of: "#live-text") == "Interrupted; trying again…")
        #expect(try await browser.text(of: "#notice-text").contains("does not answer"))
        // What is known stays.
        #expect(try await browser.text(of: "#rate-note").hasSuffix("20 pictures"))
        try await service.run { _ in
          try await browser.wait(until: Self.isLive)
          let isQuiet: Bool = try await browser.value(
            of: "return document.querySelector('#notice').hidden")
          #expect(isQuiet)
        }
      }
    }
  }

  @Test func isForThoseWhoMayRead() async throws {
    try await WebService.visit { browser, service in
      let isOffered: Bool = try await browser.value(
        of: "return document.querySelector('[data-for=dashboard]').checkVisibility()")
      #expect(!isOffered)
      try await browser.open(service.origin + "/dashboard")
      try await browser.wait(
        until: "document.querySelector('h1').textContent === 'Your key may not see this'")
    }
  }

  @Test func nothingMovesOnTheDashboard() async throws {
    try await WebService.with { service in
      try await StoredHistory.fill(service.home)
      try await service.run { _ in
        try await Browser.run { browser in
          try await service.signIn(browser, key: WebService.adminKey)
          try await browser.open(service.origin + "/dashboard")
          try await browser.wait(until: Self.isLive)
          let moved = try await Self.layoutShift(browser)
          #expect(moved < 0.01)
        }
      }
    }
  }
}
