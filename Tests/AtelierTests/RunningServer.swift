import Foundation
import Glibc
import HTTPTypes
import HummingbirdTesting
import Imaging
import NIOCore
import Subprocess
import SystemPackage
import Testing

/// `atelier serve` on a free port, with engines of the shipped model.
struct RunningServer: Sendable {
  let port: Int
  /// The address of the web interface as it is printed, if there is one.
  let webAddress: String?
  private let process: pid_t

  static let key = "123456"

  /// Starts the program, runs `body` once it listens, and waits for its end, which `body` brings about.
  static func run<Value: Sendable>(
    home: URL, engines: String = "onnx", environment: [String: String] = [:],
    program: FilePath = Program.path,
    _ body: @escaping @Sendable (RunningServer) async throws -> Value
  ) async throws -> (value: Value, status: TerminationStatus) {
    var variables: [Environment.Key: String?] = [
      "ATELIER_HOME": home.path, "ATELIER_API_KEYS": "\(key):admin", "ATELIER_UI_PORT": "0",
      "ATELIER_GRPC_PORT": "0",
      // Nobody listens there: a Redis or PostgreSQL of this machine is none of the test's business.
      "REDIS_URL": "redis://127.0.0.1:1", "DATABASE_URL": "", "ATELIER_LOG_LEVEL": "error",
    ]
    for (name, value) in environment { variables[.init(stringLiteral: name)] = value }
    let result = try await Subprocess.run(
      .path(program), arguments: ["serve", "--port", "0", "--engines", engines],
      environment: .inherit.updating(variables), input: .none, output: .sequence,
      error: .string(limit: 1 << 20)
    ) { execution in
      var (port, webAddress): (Int?, String?) = (nil, nil)
      for try await line in execution.standardOutput.strings() {
        port = line.firstMatch(of: #/^API .*:(\d+)$/#).flatMap { Int($0.output.1) } ?? port
        let web = line.firstMatch(of: #/^web interface +(\S+)$/#)
        webAddress = web.map { String($0.output.1) } ?? webAddress
        guard line.hasPrefix("documentation"), let port else { continue }
        let server = RunningServer(
          port: port, webAddress: webAddress, process: execution.processIdentifier.value)
        return try await body(server)
      }
      throw NotListening()
    }
    return (result.closureResult, result.terminationStatus)
  }

  struct NotListening: Error {}

  /// Removes a file that only the process sees, on a disk of its own.
  func remove(_ file: URL) throws {
    try FileManager.default.removeItem(atPath: "/proc/\(process)/root\(file.path)")
  }

  /// Sends the process a signal.
  func stop(_ signal: Int32) { kill(process, signal) }

  /// Sends pictures on several connections until the server is gone.
  ///
  /// - Parameters:
  ///   - connections: How many.
  ///   - onAnswer: Told of each status, and the identity of the record when there is one.
  func load(
    connections: Int, onAnswer: @escaping @Sendable (Int, String?) async -> Void
  ) async {
    let body = Self.form
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<connections {
        group.addTask {
          try? await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            while true {
              let response = try await client.execute(
                .init(
                  "/predict-onnx", method: .post, authority: "localhost", headers: Self.headers,
                  body: body))
              let text = response.body.map { String(buffer: $0) } ?? ""
              let id = text.firstMatch(of: #/"id":"([^"]+)"/#).map { String($0.output.1) }
              await onAnswer(Int(response.status.code), id)
            }
          }
        }
      }
    }
  }

  /// The answer to a request without a body.
  func get(_ path: String) async throws -> String {
    try await send(.get, path).text
  }

  /// The identity of the record of a prediction.
  func predict() async throws -> String {
    let text = try await classify("/predict-onnx").text
    return try #require(
      text.firstMatch(of: #/"id":"([^"]+)"/#).map { String($0.output.1) }, "\(text)")
  }

  /// The status and the text of the answer to a request without a body.
  ///
  /// - Parameter key: The key to send; `nil` for ``key``.
  func send(
    _ method: HTTPRequest.Method, _ path: String, key: String? = nil
  ) async throws -> (status: Int, text: String) {
    var headers = Self.headers
    if let key, let name = HTTPField.Name("X-API-Key") { headers[name] = key }
    return try await TestClient.withClient(host: "127.0.0.1", port: port) { [headers] client in
      let response = try await client.execute(
        .init(path, method: method, authority: "localhost", headers: headers))
      return (Int(response.status.code), response.body.map { String(buffer: $0) } ?? "")
    }
  }

  /// The status and the text of the answer to a picture.
  ///
  /// - Parameters:
  ///   - path: The route.
  ///   - picture: A PNG; by default one that is grey all over.
  func classify(
    _ path: String, picture: [UInt8]? = nil
  ) async throws -> (status: Int, text: String) {
    try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
      let response = try await client.execute(
        .init(
          path, method: .post, authority: "localhost", headers: Self.headers,
          body: picture.map(Self.form) ?? Self.form))
      return (Int(response.status.code), response.body.map { String(buffer: $0) } ?? "")
    }
  }

  /// The class that the service finds in a picture.
  func garment(in picture: [UInt8]) async throws -> String {
    let text = try await classify("/predict-onnx", picture: picture).text
    return try #require(text.firstMatch(of: #/"class":"([^"]+)"/#).map { String($0.output.1) })
  }

  private static let headers: HTTPFields = {
    var headers: HTTPFields = [.contentType: "multipart/form-data; boundary=boundary"]
    if let name = HTTPField.Name("X-API-Key") { headers[name] = key }
    return headers
  }()

  private static let form = form(
    PNGEncoder.encode(grey: [UInt8](repeating: 128, count: 784), width: 28, height: 28))

  private static func form(_ png: [UInt8]) -> ByteBuffer {
    var body = ByteBuffer(
      string:
        "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n")
    body.writeBytes(png)
    body.writeString("\r\n--boundary--\r\n")
    return body
  }
}
