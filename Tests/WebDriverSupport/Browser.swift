public import Foundation
import HTTPTypes

/// A headless Chromium, driven as W3C WebDriver says (https://www.w3.org/TR/webdriver2/).
public struct Browser: Sendable {
  /// What kind of device it appears to be.
  public struct Device: Sendable {
    /// The languages it asks for, as in `Accept-Language`.
    public var languages: String
    /// Width and height of the view, in CSS pixels.
    public var size: (width: Int, height: Int)
    /// Whether it has a touch screen, as phones do.
    public var isPhone: Bool

    /// By default an English desktop.
    public init(
      languages: String = "en", size: (width: Int, height: Int) = (1280, 900),
      isPhone: Bool = false
    ) {
      self.languages = languages
      self.size = size
      self.isPhone = isPhone
    }
  }

  /// Why the browser did not do what it was told.
  public struct Failure: Error, CustomStringConvertible {
    /// The error's code, such as `no such element`.
    public let code: String
    /// What went wrong.
    public let description: String
  }

  /// Keys that are no characters (section 17.4.2 of the standard).
  public enum Key: String, Sendable {
    case enter = "\u{E007}"
    case escape = "\u{E00C}"
    case left = "\u{E012}"
    case right = "\u{E014}"
    case tab = "\u{E004}"
  }

  private let driver: Driver
  private let session: String

  /// Starts a browser, runs `body`, and ends the browser.
  public static func run<Value>(
    _ device: Device = Device(), _ body: (Browser) async throws -> Value
  ) async throws -> Value {
    let driver = try await Driver()
    let result: Result<Value, any Error>
    do {
      result = .success(try await body(Browser(driver, device)))
    } catch {
      result = .failure(error)
    }
    await driver.stop()
    return try result.get()
  }

  private init(_ driver: Driver, _ device: Device) async throws {
    var options: [String: Any] = [
      "args": [
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--window-size=\(device.size.width),\(device.size.height)",
      ],
      "prefs": ["intl.accept_languages": device.languages],
    ]
    if device.isPhone {
      options["mobileEmulation"] = [
        "deviceMetrics": [
          "width": device.size.width, "height": device.size.height, "pixelRatio": 2,
          "touch": true,
        ]
      ]
    }
    let capabilities: [String: Any] = [
      "goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"],
      "timeouts": ["script": 60_000, "pageLoad": 60_000, "implicit": 0],
    ]
    let answer = try await driver.send(
      .post, "/session", ["capabilities": ["alwaysMatch": capabilities]])
    guard let identity = (answer as? [String: Any])?["sessionId"] as? String else {
      throw Failure(code: "session not created", description: "no session")
    }
    self.driver = driver
    session = "/session/\(identity)"
  }

  /// Opens a page and waits until it is loaded.
  public func open(_ address: String) async throws {
    try await post("url", ["url": address])
  }

  /// Runs a script, which may wait, with its arguments in `arguments`.
  public func run(_ script: String, _ arguments: [String] = []) async throws {
    try await execute(script, arguments)
  }

  /// Runs a script, which may wait, with its arguments in `arguments`.
  ///
  /// - Returns: What it returns.
  public func value<Value: Decodable>(
    of script: String, _ arguments: [String] = []
  ) async throws -> Value {
    let value = try await execute(script, arguments)
    let data = try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
    return try JSONDecoder().decode(Value.self, from: data)
  }

  /// Waits until a condition of the page holds; it is looked at before each frame that is shown.
  ///
  /// - Parameter condition: An expression of JavaScript.
  public func wait(until condition: String) async throws {
    let script = """
      const done = arguments[0];
      const look = () => { if (\(condition)) done(true); else requestAnimationFrame(look); };
      look();
      """
    let start = ContinuousClock.now
    while true {
      do {
        try await post("execute/async", ["script": script, "args": [String]()])
        return
      } catch let failure as Failure
        where failure.description.contains("unloaded")
        || failure.code == "script timeout" && .now - start < .seconds(30)
      {
        // The page went for another one, of which the driver may say that the script takes too long,
        // however short the time; that page is looked at next.
      } catch let failure as Failure {
        throw Failure(
          code: failure.code, description: "\(condition): \(failure.description)")
      }
    }
  }

  /// The text of an element as it is seen.
  public func text(of selector: String) async throws -> String {
    guard let text = try await get("element/\(element(selector))/text") as? String else {
      throw Failure(code: "no text", description: selector)
    }
    return text
  }

  /// Clicks on an element, after bringing it into view.
  public func click(_ selector: String) async throws {
    try await post("element/\(element(selector))/click", [:])
  }

  /// Types text, or the paths of files for a field that takes files.
  public func type(_ text: String, into selector: String) async throws {
    try await post("element/\(element(selector))/value", ["text": text])
  }

  /// Chooses an option of a field, as people do.
  public func choose(_ value: String, in selector: String) async throws {
    try await run(
      """
      const field = document.querySelector(arguments[0]);
      field.value = arguments[1];
      field.dispatchEvent(new Event("change", { bubbles: true }));
      """, [selector, value])
  }

  /// Presses a key in an element.
  public func press(_ key: Key, in selector: String) async throws {
    try await type(key.rawValue, into: selector)
  }

  /// What is seen now, as a PNG file.
  public func screenshot() async throws -> Data {
    guard let text = try await get("screenshot") as? String, let data = Data(base64Encoded: text)
    else { throw Failure(code: "no picture", description: "screenshot") }
    return data
  }

  /// The whole page, also what is out of sight, as a PNG file (Chromium's own command
  /// `Page.captureScreenshot`).
  public func screenshotOfPage() async throws -> Data {
    let answer = try await post(
      "goog/cdp/execute",
      ["cmd": "Page.captureScreenshot", "params": ["captureBeyondViewport": true]])
    guard let text = (answer as? [String: Any])?["data"] as? String,
      let data = Data(base64Encoded: text)
    else { throw Failure(code: "no picture", description: "screenshot") }
    return data
  }

  /// What went wrong on the page since this was asked last, as its console says.
  public func consoleErrors() async throws -> [String] {
    let entries = try await post("se/log", ["type": "browser"]) as? [[String: Any]] ?? []
    return entries.filter { $0["level"] as? String == "SEVERE" }
      .compactMap { $0["message"] as? String }
  }

  /// Takes the network away, or gives it back.
  public func setOffline(_ isOffline: Bool) async throws {
    let conditions: [String: Any] = ["offline": isOffline, "latency": 0, "throughput": -1]
    try await post("chromium/network_conditions", ["network_conditions": conditions])
  }

  @discardableResult
  private func execute(_ script: String, _ arguments: [String]) async throws -> Any {
    try await post(
      "execute/sync",
      ["script": "return (async () => {\n\(script)\n})();", "args": arguments])
  }

  private func element(_ selector: String) async throws -> String {
    let found = try await post("element", ["using": "css selector", "value": selector])
    guard let identity = (found as? [String: String])?.values.first else {
      throw Failure(code: "no such element", description: selector)
    }
    return identity
  }

  private func get(_ path: String) async throws -> Any {
    try await driver.send(.get, "\(session)/\(path)")
  }

  @discardableResult
  private func post(_ path: String, _ body: [String: Any]) async throws -> Any {
    try await driver.send(.post, "\(session)/\(path)", body)
  }
}
