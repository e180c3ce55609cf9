import Foundation
import ModelStore
import Testing
import WebDriverSupport

/// The versions of the model in the browser.
extension WebInterfaceTests {
  private static let haveVersions =
    "document.querySelector('#list').ariaBusy === 'false' && document.querySelector('.version') !== null"

  private static func names(_ browser: Browser) async throws -> [String] {
    try await browser.value(
      of: "return [...document.querySelectorAll('.version h3')].map((name) => name.textContent)")
  }

  private static func button(_ action: String, of version: String) -> String {
    "[data-version='\(version)'] [data-action=\(action)]"
  }

  @Test func importsPromotesAndRemovesVersions() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      let weights = Program.shippedModel.appending(path: "model.pth").path
      try await browser.open(service.origin + "/models")
      try await browser.wait(until: Self.haveVersions)
      let shipped = Program.shippedModel.lastPathComponent
      #expect(try await Self.names(browser).contains(shipped))
      #expect(try await browser.text(of: "[data-state=current] h3") == shipped)
      // A file that is no model says so, and the form stays.
      try await browser.click("#import")
      try await browser.type(
        try service.file("spring 1.onnx", Array("text".utf8)), into: "#import-file")
      let proposed: String = try await browser.value(
        of: "return document.querySelector('#import-name').value")
      #expect(proposed == "spring-1")
      try await browser.click("#import-form [type=submit]")
      try await browser.wait(
        until: "document.querySelector('#import-problem').textContent.includes('neither a PyTorch')"
      )
      try await browser.type(weights, into: "#import-file")
      try await browser.click("#import-form [type=submit]")
      try await browser.wait(until: "document.querySelector('[data-version=spring-1]') !== null")
      #expect(
        try await browser.text(of: "#outcome") == "spring-1 was imported. It is not served yet.")
      // With the keyboard alone: served, and rolled back.
      try await browser.press(.enter, in: Self.button("promote", of: "spring-1"))
      #expect(try await browser.text(of: "#confirm-title") == "Serve spring-1?")
      try await browser.press(.enter, in: "#confirm-yes")
      try await browser.wait(
        until: "document.querySelector('[data-version=spring-1]').dataset.state === 'current'")
      #expect(try await browser.text(of: "#outcome") == "spring-1 is served now.")
      try await browser.click("#rollback")
      #expect(try await browser.text(of: "#confirm-title") == "Go back to \(shipped)?")
      try await browser.click("#confirm-yes")
      try await browser.wait(
        until: "document.querySelector('[data-version=spring-1]').dataset.state === 'other'")
      try await browser.click(Self.button("remove", of: "spring-1"))
      try await browser.press(.escape, in: "#confirm-yes")
      #expect(try await Self.names(browser).contains("spring-1"))
      try await browser.click(Self.button("remove", of: "spring-1"))
      try await browser.click("#confirm-yes")
      try await browser.wait(until: "document.querySelector('[data-version=spring-1]') === null")
      #expect(try await browser.text(of: "#outcome") == "spring-1 was removed.")
    }
  }

  @Test(arguments: [("read", true), ("predict", false)])
  func otherRolesDoNotChangeVersions(role: String, seesVersions: Bool) async throws {
    let keys = ["ATELIER_API_KEYS": "reader:\(role)"]
    try await WebService.visit(key: "reader", environment: keys) { browser, service in
      try await browser.open(service.origin + "/models")
      let state =
        seesVersions
        ? Self.haveVersions
        : "document.querySelector('h1').textContent.startsWith('Your key may not')"
      try await browser.wait(until: state)
      let offered: Int = try await browser.value(
        of: """
          return [...document.querySelectorAll("main button")].filter((button) => button.checkVisibility()).length;
          """)
      #expect(offered == 0)
      let isLinked: Bool = try await browser.value(
        of: "return document.querySelector('nav [data-for=models]').checkVisibility()")
      #expect(isLinked == seesVersions)
    }
  }
}
