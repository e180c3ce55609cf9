import Foundation
import Testing
import WebDriverSupport

/// Stored predictions in the browser: corrected, and shown under an address of their own.
extension WebInterfaceTests {
  @Test func keepsCorrectionsAndHandsOnLinks() async throws {
    try await WebService.with { service in
      try await service.run { _ in
        let address = try await Browser.run { browser in
          try await service.signIn(browser)
          try await browser.click("[data-example='9']")
          try await browser.wait(until: WebService.haveAnswers(1))
          try await browser.click("[data-action=correct]")
          let proposed: String = try await browser.value(
            of: "return document.activeElement.value")
          let second: String = try await browser.value(
            of: "return document.querySelectorAll('.scores span:first-child')[1].textContent")
          #expect(proposed == second)
          try await browser.run("document.activeElement.value = 'Bag'")
          try await browser.click(".correction [type=submit]")
          try await browser.wait(until: "document.querySelector('.thanks') !== null")
          #expect(try await browser.text(of: ".thanks").hasPrefix("Noted: it is “Bag”."))
          // The headless browser has no clipboard to look into.
          try await browser.run(
            "navigator.clipboard.writeText = async (text) => { window.copied = text; }")
          try await browser.click("[data-action=share]")
          try await browser.wait(until: "window.copied !== undefined")
          #expect(try await browser.consoleErrors() == [])
          let address: String = try await browser.value(of: "return window.copied")
          try await browser.open(address)
          try await browser.wait(
            until: "document.querySelector('h1').textContent.startsWith('Your key may not')")
          return address
        }
        #expect(address.hasPrefix(service.origin + "/stored/"))
        try await Browser.run { browser in
          try await browser.open(address)
          try await browser.type(WebService.adminKey, into: "#key")
          try await browser.press(.enter, in: "#key")
          try await browser.wait(
            until: """
              document.querySelector("h1").textContent === "test-9.png"
                && document.querySelector("#stored-picture").naturalWidth === 28
              """)
          #expect(try await browser.text(of: ".headline strong") == "Sneaker")
          #expect(try await browser.text(of: ".thanks").contains("“Bag”"))
          try await Self.check(browser, "stored-desktop-light")
          #expect(try await browser.consoleErrors() == [])
          try await browser.open(service.origin + "/stored/nothing")
          try await browser.wait(
            until: "document.querySelector('h1').textContent === 'There is no such prediction'")
        }
      }
    }
  }
}
