import APIKeys
import Classification
import Counters
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Imaging
import InMemoryLogging
import Jobs
import Logging
import ModelStore
import Networks
import Pipeline
import Records
import Testing

@testable import AtelierServer

/// A service with small engines and a real database, in a folder that goes when the test ends.
final class TestService: Sendable {
  let components: ServiceComponents
  let board: JobBoard
  let store: any PredictionStore
  let log: InMemoryLogHandler
  let folder: URL

  static let predictKey = "123456"
  static let readKey = "a_reading_key"
  static let adminKey = "fashion_api_key_789"
  static let version = "test-version"

  init(
    engines: [any InferenceEngine] = EngineKind.allCases.map { BrightnessEngine($0) },
    store: (any PredictionStore)? = nil, counter: (any PredictionCounter)? = nil,
    limits: SharedBuckets? = nil, keys: [APIKey]? = nil, web: WebAccess = WebAccess(),
    models: ServedModels? = nil, tracing: RequestTracing? = nil,
    configure: (inout ServiceConfiguration) -> Void = { _ in }
  ) throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "atelier-server-\(UUID().uuidString)", directoryHint: .isDirectory)
    let versionFolder = folder.appending(path: Self.version, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: versionFolder, withIntermediateDirectories: true)
    let version = try ModelVersion.finish(
      directory: versionFolder,
      manifest: Manifest(architecture: .fashionCNN, labels: .fashionMNIST, created: Date()))
    self.store = try store ?? SQLitePredictionStore(file: folder.appending(path: "atelier.db"))
    let records =
      try self.store as? SQLitePredictionStore
      ?? SQLitePredictionStore(file: folder.appending(path: "jobs.db"))
    let jobs = SQLiteJobStore(records)
    let folders = JobFolders(directory: folder.appending(path: "jobs"))
    board = JobBoard(
      store: jobs, queue: DatabaseJobQueue(store: jobs, folders: folders), folders: folders)
    let handler = InMemoryLogHandler()
    log = handler
    var configuration = ServiceConfiguration()
    configuration.port = 0
    configure(&configuration)
    components = ServiceComponents(
      configuration: configuration,
      models: models ?? ServedModels(LoadedModel(version: version, engines: engines)),
      store: self.store, jobs: board, counter: counter, limits: limits,
      keys: try KeyRing(
        fixed: keys
          ?? KeyList.parse(
            "\(Self.predictKey):predict,\(Self.readKey):read,\(Self.adminKey):admin"),
        store: KeyStore(file: folder.appending(path: "keys.json"))),
      web: web, tracing: tracing, logger: Logger(label: "test") { _ in handler },
      // Time stands still, so that no limit depends on how busy the machine is.
      now: { [start = ContinuousClock.now] in start })
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a test against the router, or against a socket.
  func test<Value: Sendable>(
    _ setup: TestingSetup = .router,
    _ body: @Sendable (any TestClientProtocol) async throws -> Value
  ) async throws -> Value {
    try await Turnstile.services.pass {
      let value = try await components.application().test(setup, body)
      await components.pool.shutDown()
      await components.models.shutDown()
      return value
    }
  }
}

extension TestService {
  /// Runs a test against the router of the web interface.
  func testWeb<Value: Sendable>(
    _ body: @Sendable (any TestClientProtocol) async throws -> Value
  ) async throws -> Value {
    try await Turnstile.services.pass {
      let value = try await components.webApplication(port: 0).test(.router, body)
      await components.pool.shutDown()
      await components.models.shutDown()
      return value
    }
  }
}

/// Pictures and forms for tests.
enum Sample {
  /// A grey PNG of 28x28 pixels of one level.
  static func png(level: UInt8) -> [UInt8] {
    PNGEncoder.encode(
      grey: [UInt8](repeating: level, count: ImageTensor.elementCount), width: ImageTensor.width,
      height: ImageTensor.height)
  }

  static func form(_ files: [(name: String, filename: String, content: [UInt8])]) -> ByteBuffer {
    var body = ByteBuffer()
    for file in files {
      body.writeString(
        "--boundary\r\nContent-Disposition: form-data; name=\"\(file.name)\"; "
          + "filename=\"\(file.filename)\"\r\nContent-Type: application/octet-stream\r\n\r\n")
      body.writeBytes(file.content)
      body.writeString("\r\n")
    }
    body.writeString("--boundary--\r\n")
    return body
  }

  static func form(_ content: [UInt8], filename: String = "boot.png") -> ByteBuffer {
    form([("file", filename, content)])
  }

  static func headers(key: String? = TestService.predictKey) -> HTTPFields {
    var headers: HTTPFields = [.contentType: "multipart/form-data; boundary=boundary"]
    headers[.apiKey] = key
    return headers
  }
}

extension TestResponse {
  var text: String { String(buffer: body) }

  /// The `code` of an error's body.
  var errorCode: String? {
    struct Body: Decodable {
      struct Content: Decodable {
        let code: String
        let message: String
        let request_id: String
      }
      let error: Content
    }
    return try? JSONDecoder().decode(Body.self, from: Data(body.readableBytesView)).error.code
  }
}
