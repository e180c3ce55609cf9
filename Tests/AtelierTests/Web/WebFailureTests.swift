import Foundation
import Testing
import WebDriverSupport

/// What people see when something goes wrong: a sentence, what to do, and everything they had.
extension WebInterfaceTests {
  private static let failureTexts = """
    return [...document.querySelectorAll(".picture")]
      .map((card) => card.querySelector("h3").textContent + ": " + card.querySelector(".answer").innerText);
    """

  @Test func saysWhatIsWrongWithAFile() async throws {
    try await WebService.visit { browser, service in
      let files = try [
        service.file("large.png", [0x89, 0x50] + [UInt8](repeating: 0, count: 40 << 20)),
        service.file("paper.pdf", Array("%PDF-1.7\n".utf8)),
        service.file("broken.png", Array(Garment.bag.prefix(60))),
        service.file("notes.png", Array("just text".utf8)),
        service.file("<img src=x onerror=document.title=1>.png", Garment.bag),
      ]
      try await browser.type(files.joined(separator: "\n"), into: "#files")
      try await browser.wait(
        until: "\(WebService.haveFailed(4)) && \(WebService.haveAnswers(1))")
      let texts: [String] = try await browser.value(of: Self.failureTexts)
      #expect(texts[0].contains("40 MiB, and at most 10 MiB"))
      #expect(texts[1].contains("not a picture the service can read"))
      #expect(texts[1].contains("Try a PNG, JPEG or WebP"))
      #expect(texts[2].contains("damaged or incomplete"))
      #expect(texts[3].contains("damaged or incomplete"))
      #expect(texts[4].hasPrefix("<img src=x onerror=document.title=1>.png: "))
      let strange: [Int] = try await browser.value(
        of:
          "return [document.querySelectorAll('.picture img[src=x]').length, document.title === '1' ? 1 : 0]"
      )
      #expect(strange == [0, 0])
    }
  }

  @Test func waitsForASignInWhenTheKeyIsRevoked() async throws {
    try await WebService.with { service in
      try await service.run { _ in
        let environment = ["ATELIER_HOME": service.home.path]
        let made = try await Program.run(
          "keys", "create", "--name", "till", "--role", "predict", "--json",
          environment: environment)
        let key = try JSONDecoder().decode(MadeKey.self, from: Data(made.output.utf8))
        try await Browser.run { browser in
          // The service looks for new keys once a second.
          try await browser.open(service.origin + "/")
          try await browser.run(
            """
            for (;;) {
              const body = JSON.stringify({ key: arguments[0] });
              const headers = { "Content-Type": "application/json" };
              const { ok } = await fetch("/session", { method: "POST", headers, body });
              if (ok) return;
              await new Promise((resolve) => setTimeout(resolve, 300));
            }
            """, [key.secret])
          try await browser.open(service.origin + "/")
          try await browser.wait(until: WebService.isReady)
          try await browser.click("[data-example='9']")
          try await browser.wait(until: WebService.haveAnswers(1))
          let revoked = try await Program.run("keys", "revoke", key.id, environment: environment)
          #expect(revoked.status == 0)
          try await browser.run(
            "for (;;) { const { status } = await fetch('/session'); if (status === 401) return; }")
          try await browser.click("[data-example='0']")
          try await browser.wait(until: "document.querySelector('#sign-in-again').open")
          #expect(try await browser.text(of: ".progress").contains("until you sign in again"))
          // Closed by mistake, the question can be had again.
          try await browser.press(.escape, in: "#again-key")
          try await browser.click("#notice-action")
          try await browser.type(WebService.predictKey, into: "#again-key")
          try await browser.press(.enter, in: "#again-key")
          try await browser.wait(until: WebService.haveAnswers(2))
          let isQuiet: Bool = try await browser.value(
            of: "return document.querySelector('#notice').hidden")
          #expect(isQuiet)
        }
      }
    }
  }

  private struct MadeKey: Decodable {
    let id: String
    let secret: String
  }

  @Test func waitsWhenAKeyIsUsedTooFast() async throws {
    // Four at once, then one every fifteen seconds.
    try await WebService.visit(environment: ["ATELIER_REQUESTS_PER_MINUTE": "4"]) {
      browser, service in
      let files = try (0..<5).map { try service.file("\($0).png", Garment.bag) }
      try await browser.type(files.joined(separator: "\n"), into: "#files")
      try await browser.wait(
        until: "document.querySelector('.progress')?.textContent.startsWith('Too many requests')")
      try await browser.wait(until: WebService.haveAnswers(5))
    }
  }

  @Test func goesOnAfterBeingOffline() async throws {
    try await WebService.visit { browser, service in
      try await browser.click("[data-example='9']")
      try await browser.wait(until: WebService.haveAnswers(1))
      try await browser.setOffline(true)
      try await browser.type(try service.file("later.png", Garment.bag), into: "#files")
      try await browser.wait(
        until: """
          document.querySelector(".picture[data-state=paused]") !== null
            && document.querySelector("#notice-text").textContent.startsWith("You are offline")
          """)
      let kept: Bool = try await browser.value(of: "return \(WebService.haveAnswers(1))")
      #expect(kept)
      try await browser.setOffline(false)
      try await browser.wait(until: WebService.haveAnswers(2))
      try await browser.wait(until: "document.querySelector('#notice').hidden")
    }
  }

  @Test func goesOnWhenTheServiceIsStartedAgain() async throws {
    try await WebService.with { service in
      try await Browser.run { browser in
        try await service.run { _ in
          try await service.signIn(browser)
          try await browser.click("[data-example='9']")
          try await browser.wait(until: WebService.haveAnswers(1))
        }
        // Nothing listens now.
        try await browser.type(try service.file("later.png", Garment.bag), into: "#files")
        try await browser.wait(
          until:
            "document.querySelector('#notice-text').textContent.startsWith('The service does not')")
        #expect(try await browser.text(of: ".progress") == "Waiting for the service to come back…")
        try await service.run { _ in
          // The session outlives the process, so nobody has to sign in again.
          try await browser.wait(until: WebService.haveAnswers(2))
          let names: [String] = try await browser.value(
            of:
              "return [...document.querySelectorAll('.picture h3')].map((name) => name.textContent)"
          )
          #expect(names == ["later.png", "test-9.png"])
        }
      }
    }
  }
}
