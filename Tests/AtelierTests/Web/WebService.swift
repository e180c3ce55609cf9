import Foundation
import Glibc
import Imaging
import Testing
import WebDriverSupport

/// A service with a web interface, and a browser that looks at it.
struct WebService: Sendable {
  /// Where its state is kept.
  let home: URL
  /// The port of its web interface, which stays the same when it is started again.
  let port: Int

  static let adminKey = RunningServer.key
  static let predictKey = "shop-key"

  var origin: String { "http://127.0.0.1:\(port)" }

  /// Runs a test with a home directory and a port.
  static func with<Value>(_ body: (WebService) async throws -> Value) async throws -> Value {
    try await withTemporaryDirectory { home in
      try await body(WebService(home: home, port: try freePort()))
    }
  }

  /// Starts the program, runs `body`, and stops it.
  func run<Value: Sendable>(
    engines: String = "onnx", environment: [String: String] = [:],
    _ body: @escaping @Sendable (RunningServer) async throws -> Value
  ) async throws -> Value {
    let own = [
      "ATELIER_UI_PORT": String(port),
      "ATELIER_API_KEYS": "\(Self.adminKey):admin,\(Self.predictKey):predict",
    ]
    return try await RunningServer.run(
      home: home, engines: engines, environment: own.merging(environment) { $1 }
    ) { server in
      defer { server.stop(SIGTERM) }
      return try await body(server)
    }.value
  }

  /// Starts the program and a browser that is signed in, and runs `body`.
  static func visit<Value: Sendable>(
    _ device: Browser.Device = .init(), key: String = predictKey, engines: String = "onnx",
    environment: [String: String] = [:],
    _ body: @escaping @Sendable (Browser, WebService) async throws -> Value
  ) async throws -> Value {
    try await with { service in
      try await service.run(engines: engines, environment: environment) { _ in
        try await Browser.run(device) { browser in
          try await service.signIn(browser, key: key)
          return try await body(browser, service)
        }
      }
    }
  }

  /// Signs a browser in with a key.
  func signIn(_ browser: Browser, key: String = predictKey) async throws {
    try await browser.open(origin + "/")
    try await browser.type(key, into: "#key")
    try await browser.press(.enter, in: "#key")
    try await browser.wait(until: "location.pathname === '/' && \(Self.isReady)")
  }

  /// A file in the home directory, to be chosen in a browser.
  func file(_ name: String, _ content: [UInt8]) throws -> String {
    let file = home.appending(path: name)
    try Data(content).write(to: file)
    return file.path
  }

  /// The page has asked who is signed in, and can be used.
  static let isReady = "document.querySelector('#engine option') !== null"

  /// As many pictures have an answer.
  static func haveAnswers(_ count: Int) -> String {
    "document.querySelectorAll('.picture[data-state=done]').length === \(count)"
  }

  /// As many pictures were refused.
  static func haveFailed(_ count: Int) -> String {
    "document.querySelectorAll('.picture[data-state=failed]').length === \(count)"
  }

  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    try #require(status == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

/// Pictures to choose in a browser.
enum Garment {
  /// A dark square on a light ground.
  static let bag = PNGEncoder.encode(
    grey: (0..<96 * 96).map { index in
      let (row, column) = (index / 96, index % 96)
      return (24..<80).contains(row) && (16..<80).contains(column) ? 40 : 250
    }, width: 96, height: 96)

  /// The file of one of the examples that the page to classify on offers.
  static func example(_ number: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/AtelierServer/Web/Assets/example-\(number).png")
      .standardizedFileURL.path
  }

  /// One of many small pictures that differ.
  static func small(_ number: Int) -> [UInt8] {
    PNGEncoder.encode(
      grey: (0..<784).map { UInt8(($0 * (1 + number % 7) + number) % 256) }, width: 28, height: 28)
  }

  /// Grey levels without any order, from a linear congruential generator.
  static let noise: [UInt8] = {
    var state: UInt32 = 1
    let levels = (0..<96 * 96).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    return PNGEncoder.encode(grey: levels, width: 96, height: 96)
  }()
}
