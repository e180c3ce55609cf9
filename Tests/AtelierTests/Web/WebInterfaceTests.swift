import Foundation
import Testing
import WebDriverSupport

/// The web interface in a real browser, as people use it.
@Suite(.serialized, .timeLimit(.minutes(15))) struct WebInterfaceTests {
  @Test func thePrintedLinkSignsInOnce() async throws {
    try await WebService.with { service in
      try await service.run(environment: ["ATELIER_API_KEYS": ""]) { server in
        let link = try #require(server.webAddress)
        #expect(link.hasPrefix(service.origin + "/sign-in#token="))
        try await Browser.run { browser in
          try await browser.open(link)
          try await browser.wait(until: "location.pathname === '/' && \(WebService.isReady)")
          try await browser.click("[popovertarget=account]")
          #expect(try await browser.text(of: "#account-role") == "may do everything")
          #expect(try await browser.consoleErrors() == [])
        }
        try await Browser.run { browser in
          try await browser.open(link)
          try await browser.wait(
            until: "document.querySelector('#problem').textContent.includes('used already')")
          let address: String = try await browser.value(of: "return location.href")
          #expect(address == service.origin + "/sign-in")
        }
      }
    }
  }

  @Test func signsInAndOut() async throws {
    try await WebService.with { service in
      try await service.run { _ in
        try await Browser.run { browser in
          try await browser.open(service.origin + "/system")
          try await browser.type("wrong", into: "#key")
          try await browser.press(.enter, in: "#key")
          try await browser.wait(
            until: "document.querySelector('#problem').textContent.startsWith('This key is')")
          let focused: String = try await browser.value(of: "return document.activeElement.id")
          #expect(focused == "key")
          // The wrong key is selected, so that typing replaces it.
          try await browser.run("document.activeElement.value = ''")
          try await browser.type(WebService.predictKey, into: "#key")
          try await browser.press(.enter, in: "#key")
          // The page that was asked for.
          try await browser.wait(until: "location.pathname === '/system'")
          let readable: String = try await browser.value(of: "return document.cookie")
          #expect(!readable.contains("atelier_session"))
          try await browser.click("[popovertarget=account]")
          try await browser.click("#sign-out")
          try await browser.wait(until: "location.pathname === '/sign-in'")
          try await browser.open(service.origin + "/sign-in?next=//127.0.0.2/elsewhere")
          try await browser.type(WebService.predictKey, into: "#key")
          try await browser.press(.enter, in: "#key")
          try await browser.wait(until: WebService.isReady)
          let address: String = try await browser.value(of: "return location.href")
          #expect(address == service.origin + "/")
        }
      }
    }
  }

  @Test func classifiesAnExample() async throws {
    try await WebService.visit { browser, _ in
      try await browser.press(.enter, in: "[data-example='9']")
      try await browser.wait(until: WebService.haveAnswers(1))
      #expect(try await browser.text(of: ".headline strong") == "Sneaker")
      let best: Double = try await browser.value(of: "return document.querySelector('meter').value")
      #expect(best > 0.9)
      let names: [String] = try await browser.value(
        of:
          "return [...document.querySelectorAll('.scores li span:first-child')].map((n) => n.textContent)"
      )
      #expect(names.count == 3)
      #expect(names.first == "Sneaker")
      #expect(try await browser.text(of: ".source").hasPrefix("ONNX · "))
      #expect(try await browser.text(of: ".source").hasSuffix("fashion-lite-20261126"))
      #expect(try await browser.text(of: "#announcer").hasPrefix("test-9.png: Sneaker "))
      // The picture is grey and of 28x28 pixels, so the model sees just that.
      let isSame: Bool = try await browser.value(
        of: """
          const pixels = (source) => {
            const canvas = new OffscreenCanvas(28, 28).getContext("2d");
            canvas.drawImage(source, 0, 0, 28, 28);
            return [...canvas.getImageData(0, 0, 28, 28).data].join();
          };
          return pixels(document.querySelector(".seen")) === pixels(document.querySelector(".preview"));
          """)
      #expect(isSame)
      #expect(try await browser.consoleErrors() == [])
    }
  }

  @Test func takesPicturesFromEverywhere() async throws {
    try await WebService.visit { browser, service in
      let first = try service.file("first.png", Garment.bag)
      let second = try service.file("second.png", Garment.bag)
      try await browser.type("\(first)\n\(second)", into: "#files")
      try await browser.wait(until: WebService.haveAnswers(2))
      #expect(try await browser.text(of: "#tally") == "2 of 2 done")
      for event in ["drop", "paste"] {
        try await browser.run(
          """
          const response = await fetch(document.querySelector("[data-example='18'] img").src);
          const files = new DataTransfer();
          files.items.add(new File([await response.blob()], `${arguments[0]}.png`, { type: "image/png" }));
          document.body.dispatchEvent(arguments[0] === "drop"
            ? new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true }));
          """, [event])
      }
      try await browser.wait(until: WebService.haveAnswers(4))
      let names: [String] = try await browser.value(
        of: "return [...document.querySelectorAll('.picture h3')].map((name) => name.textContent)")
      #expect(Set(names) == ["first.png", "second.png", "drop.png", "paste.png"])
      try await browser.click(".picture [data-action=remove]")
      try await browser.wait(until: WebService.haveAnswers(3))
      try await browser.click("#clear")
      #expect(try await browser.text(of: "#empty").hasPrefix("Nothing here yet"))
      #expect(try await browser.consoleErrors() == [])
    }
  }

  @Test func comparesTheEngines() async throws {
    try await WebService.visit(engines: "all") { browser, _ in
      let engines: [String] = try await browser.value(
        of: "return [...document.querySelectorAll('#engine option')].map((o) => o.textContent)")
      #expect(engines == ["PyTorch", "TorchScript", "ONNX", "PyTorch (Quantized)", "Native"])
      try await browser.choose("/predict-scripted", in: "#engine")
      try await browser.click("[data-example='0']")
      try await browser.click("[data-example='2']")
      try await browser.wait(until: WebService.haveAnswers(2))
      #expect(try await browser.text(of: ".source").hasPrefix("TorchScript · "))
      // The service runs one comparison at a time; the page waits for the other to end.
      try await browser.run(
        "document.querySelectorAll('[data-action=compare]').forEach((button) => button.click())")
      try await browser.wait(until: "document.querySelectorAll('.comparison').length === 2")
      let rows: [String] = try await browser.value(
        of:
          "return [...document.querySelectorAll('.comparison tbody th')].map((n) => n.textContent)")
      #expect(rows == engines + engines)
      let bars: [Double] = try await browser.value(
        of:
          "return [...document.querySelectorAll('rect.fastest, rect.other')].map((r) => r.width.baseVal.value)"
      )
      #expect(bars.count == 10)
      #expect(bars.filter { $0 == 100 }.count >= 2)
      #expect(bars.allSatisfy { $0 > 0 && $0 <= 100 })
      let speeds: [String] = try await browser.value(
        of: "return [...document.querySelectorAll('.chart span')].map((n) => n.textContent)")
      #expect(speeds.contains("1.00×"))
    }
  }

  @Test func showsTheCallForProgrammers() async throws {
    try await WebService.visit { browser, service in
      let name = "it's \"new\" $HOME.png"
      try await browser.type(try service.file(name, Garment.bag), into: "#files")
      try await browser.wait(until: WebService.haveAnswers(1))
      try await browser.click("[data-action=code]")
      let command = try await browser.text(of: "#code-text")
      let result = try await Shell.run(
        command, in: service.home, environment: ["ATELIER_KEY": WebService.predictKey])
      #expect(result.contains(#""model":"ONNX","class":""#))
      try await browser.press(.right, in: "#tab-curl")
      let python = try await Snippets.run(
        python: try await browser.text(of: "#code-text"), in: service)
      #expect(python.contains("'model': 'ONNX', 'class': '"))
      try await browser.press(.right, in: "#tab-python")
      let script = try await browser.text(of: "#code-text")
      if let node = Snippets.node {
        let output = try await Snippets.run(javaScript: script, with: node, in: service)
        #expect(output.contains("model: 'ONNX'"))
      }
      try await browser.press(.escape, in: "#tab-javascript")
      let state: [String] = try await browser.value(
        of: """
          return [String(document.querySelector("#code").open), document.activeElement.dataset.action];
          """)
      #expect(state == ["false", "code"])
      #expect(try await browser.consoleErrors() == [])
      #expect(try await Snippets.run(javaScript: script, in: browser) == "ONNX")
    }
  }

  @Test func changesLanguageAndKeepsWhatIsThere() async throws {
    try await WebService.visit(.init(languages: "zh-CN")) { browser, service in
      #expect(try await browser.text(of: "h1") == "这是什么服饰？")
      try await browser.click("[data-example='9']")
      try await browser.wait(until: WebService.haveAnswers(1))
      #expect(try await browser.text(of: ".headline strong") == "运动鞋")
      try await browser.click("#language")
      try await browser.wait(until: "document.documentElement.lang === 'en'")
      #expect(try await browser.text(of: "h1") == "What garment is this?")
      #expect(try await browser.text(of: ".headline strong") == "Sneaker")
      #expect(try await browser.text(of: "#language") == "中文")
      try await browser.click("#theme")
      try await browser.open(service.origin + "/system")
      let root: [String] = try await browser.value(
        of: "return [document.documentElement.lang, document.documentElement.dataset.theme]")
      #expect(root == ["en", "dark"])
      #expect(try await browser.consoleErrors() == [])
    }
  }

  @Test func showsTheSystemToThoseWhoMaySee() async throws {
    for (key, seesLoad) in [(WebService.predictKey, false), (WebService.adminKey, true)] {
      try await WebService.visit(key: key) { browser, service in
        try await browser.open(service.origin + "/system")
        try await browser.wait(until: "document.querySelector('#state').dataset.status === 'ready'")
        #expect(try await browser.text(of: "#engines") == "ONNX")
        #expect(try await browser.text(of: "#model") == "fashion-lite-20261126")
        let isShown: Bool = try await browser.value(
          of: "return document.querySelector('#load').checkVisibility()")
        #expect(isShown == seesLoad)
        if seesLoad { #expect(try await browser.text(of: "#waiting") == "0 of at most 256") }
        #expect(try await browser.consoleErrors() == [])
      }
    }
  }
}
