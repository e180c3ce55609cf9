import Classification
import Dataset
import Foundation
import Imaging
import Testing
import WebDriverSupport

/// The page that trains: from an archive to a version that is served.
extension WebInterfaceTests {
  @Test(arguments: [
    Browser.Device(), Browser.Device(languages: "zh-CN", size: (360, 740), isPhone: true),
  ])
  func aVersionIsTrainedAndServed(device: Browser.Device) async throws {
    try await WebService.visit(device, key: WebService.adminKey) { browser, service in
      let archive = try Self.archive(in: service.home)
      try await browser.open(service.origin + "/training")
      try await browser.wait(until: "document.body.dataset.role === 'admin'")
      try await browser.type(archive, into: "#archive")
      try await browser.run("document.querySelector('#epochs').value = 2")
      try await browser.run("document.querySelector('#from').value = 'scratch'")
      try await browser.click("#inspect")
      try await browser.wait(until: "!document.querySelector('#start').disabled")
      let counts: [String] = try await browser.value(
        of:
          "return [...document.querySelectorAll('#inspection td.number')].map((cell) => cell.textContent)"
      )
      #expect(counts.count == 10)
      #expect(counts.first == "60")
      try await Self.check(browser, "training-inspection")
      try await browser.click("#start")
      try await browser.wait(until: "document.querySelector('#verdict button') !== null")
      let curves: Int = try await browser.value(
        of: "return document.querySelectorAll('#curves svg').length")
      #expect(curves == 2)
      try await Self.check(browser, "training-verdict")
      // The classes are others than those of the served version, so somebody has to decide.
      try await browser.click("#verdict button")
      try await browser.wait(until: "document.querySelector('#verdict button') === null")
      let classes: [String] = try await browser.value(
        of: "return (await (await fetch('/session')).json()).service.classes")
      #expect(classes == ["flat", "high"])
      // What the page of pictures says of garments is not said of other things.
      try await browser.open(service.origin + "/")
      try await browser.wait(until: "document.querySelector('#example-gallery').hidden")
    }
  }

  /// Opens the page with an archive chosen, and does not wait for its inspection, which takes long.
  private static func openReadyToStart(_ browser: Browser, _ service: WebService) async throws {
    let archive = try archive(in: service.home)
    try await browser.open(service.origin + "/training")
    try await browser.wait(until: "document.body.dataset.role === 'admin'")
    try await browser.type(archive, into: "#archive")
    try await browser.run("document.querySelector('#start').disabled = false")
  }

  @Test func trainsOnceWhenAnAnswerIsLost() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await Self.openReadyToStart(browser, service)
      // The service takes the job, and its answer does not arrive.
      try await browser.run(
        """
        const send = window.fetch;
        window.fetch = async (path, options) => {
          const answer = await send(path, options);
          if (path !== "/api/training") return answer;
          throw new TypeError("the connection was lost");
        };
        """)
      try await browser.click("#start")
      // It is followed all the same.
      try await browser.wait(
        until: """
          document.querySelector('#training-problem').textContent.startsWith('The service did not answer')
            && document.querySelector('#cancel').checkVisibility()
          """)
      let jobs: Int = try await browser.value(
        of: "return (await (await fetch('/api/jobs?kind=training')).json()).jobs.length")
      #expect(jobs == 1)
      try await browser.click("#cancel")
      try await browser.wait(until: "!document.querySelector('#cancel').checkVisibility()")
    }
  }

  /// A browser asks for events again when they end, but not when they are refused, as after the end of a
  /// session.
  @Test func goesOnWatchingAfterEventsWereRefused() async throws {
    try await WebService.visit(key: WebService.adminKey) { browser, service in
      try await Self.openReadyToStart(browser, service)
      try await browser.run(
        """
        const Events = window.EventSource;
        window.EventSource = function () {
          window.EventSource = Events;
          return new Events("/api/jobs/none/events");
        };
        """)
      try await browser.click("#start")
      try await browser.wait(until: "document.querySelector('#cancel').checkVisibility()")
      try await browser.click("#cancel")
      // Without events the page would not learn that the job has ended.
      try await browser.wait(until: "!document.querySelector('#cancel').checkVisibility()")
    }
  }

  /// An archive of two kinds of shoes, under names of the user's own.
  private static func archive(in home: URL) throws -> String {
    let images = try FashionMNIST.test()
    for (name, label) in [("flat", UInt8(5)), ("high", 9)] {
      let folder = home.appending(path: "shoes/\(name)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for index in (0..<2_000).filter({ images.labels[$0] == label }).prefix(60) {
        try Data(images.tensor(at: index).mirrored.pngData())
          .write(to: folder.appending(path: "\(index).png"))
      }
    }
    let archive = home.appending(path: "shoes.tgz")
    let tar = Process()
    tar.executableURL = URL(filePath: "/bin/tar")
    tar.arguments = ["-C", home.path, "-czf", archive.path, "shoes"]
    try tar.run()
    tar.waitUntilExit()
    return archive.path
  }
}
