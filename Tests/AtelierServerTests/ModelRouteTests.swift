import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ModelStore
import NIOCore
import Networks
import OracleSupport
import StateDictFiles
import Synchronization
import Testing

@testable import AtelierServer

/// `/models`: what is listed, and who may change what.
@Suite struct ModelRouteTests {
  struct Listing: Decodable {
    struct Model: Decodable {
      let version: String
      let current: Bool
      let loaded: Bool
      let canary_share: Double?
      let defect: String?
      let architecture: String?
      let engines: [String]
    }
    let current: String
    let previous: String?
    let pinned: Bool
    let models: [Model]
  }

  static func send(
    _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ uri: String,
    key: String = TestService.adminKey, body: ByteBuffer? = nil
  ) async throws -> TestResponse {
    try await client.execute(
      uri: uri, method: method, headers: Sample.headers(key: key), body: body)
  }

  static func list(_ client: any TestClientProtocol) async throws -> Listing {
    let response = try await send(client, .get, "/models", key: TestService.readKey)
    #expect(response.status == .ok)
    return try JSONDecoder().decode(Listing.self, from: Data(response.body.readableBytesView))
  }

  @Test func listsWhatThereIsAndWhatIsWrong() async throws {
    let folders = ModelFolders()
    try folders.add("old", created: 1)
    try folders.add("new", created: 3)
    try folders.add("altered", created: 2)
    let service = try TestService(models: try folders.counted())
    let file = folders.store.directory.appending(path: "altered/model.onnx")
    try Data("other".utf8).write(to: file)
    let half = folders.store.directory.appending(path: "half")
    try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
    try await service.test { client in
      let listing = try await Self.list(client)
      #expect(listing.models.map(\.version) == ["new", "altered", "old", "half"])
      #expect(listing.current == "new")
      #expect(listing.previous == nil)
      #expect(listing.models.map(\.current) == [true, false, false, false])
      #expect(listing.models.map(\.loaded) == [true, false, false, false])
      #expect(listing.models[0].defect == nil)
      #expect(listing.models[0].engines == ["ONNX"])
      #expect(listing.models[1].defect?.contains("model.onnx of model version altered") == true)
      #expect(listing.models[3].defect?.contains("has no manifest.json") == true)
      #expect(listing.models[3].architecture == nil)
    }
  }

  @Test func promotesRollsBackAndRemoves() async throws {
    let folders = ModelFolders()
    for (index, name) in ["a", "b", "c"].enumerated() {
      try folders.add(name, created: Double(10 - index))
    }
    let service = try TestService(models: try folders.counted())
    try await service.test { client in
      let early = try await Self.send(client, .post, "/models/rollback")
      #expect(early.status == .conflict)
      for name in ["b", "c"] {
        let response = try await Self.send(client, .post, "/models/\(name)/promote")
        #expect(response.status == .ok)
        #expect(response.text.hasPrefix(#"{"version":"\#(name)","current":true,"loaded":true"#))
        #expect(try folders.store.current().name == name)
      }
      #expect(try await Self.list(client).previous == "b")
      #expect(folders.live.withLock { $0 } == ["a": 0, "b": 0, "c": 1])
      #expect(try await Self.send(client, .post, "/models/rollback").status == .ok)
      #expect(try folders.store.current().name == "b")
      #expect(try await Self.send(client, .delete, "/models/b").status == .conflict)
      #expect(try await Self.send(client, .delete, "/models/c").status == .noContent)
      #expect(try await Self.list(client).models.map(\.version) == ["a", "b"])
      for (method, uri) in [
        (.post, "/models/c/promote"), (.delete, "/models/c"), (.post, "/models/..%2Fb/promote"),
        (.delete, "/models/%2e%2e"),
      ] as [(HTTPRequest.Method, String)] {
        let response = try await Self.send(client, method, uri)
        #expect(response.status == .notFound, "\(uri)")
        #expect(response.errorCode == "not_found")
      }
    }
  }

  @Test(arguments: ["altered", "half", "broken", "torn"])
  func whatCannotBeServedIsNotPromoted(name: String) async throws {
    let folders = ModelFolders()
    try folders.add("a", created: 10)
    try folders.store.promote("a")
    let service = try TestService(models: try folders.counted())
    let folder = folders.store.directory.appending(path: name)
    switch name {
    case "half":
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    case "broken":
      let manifest = try folders.add("other").manifest
      _ = try folders.store.add(name) { folder in
        try Data("broken".utf8).write(to: folder.appending(path: "model.onnx"))
        _ = try ModelVersion.finish(directory: folder, manifest: manifest)
      }
    case "torn":
      try folders.add(name)
      try Data(#"{"format": 1, "arch"#.utf8).write(to: folder.appending(path: "manifest.json"))
    default:
      try folders.add(name)
      try Data("x".utf8).write(to: folder.appending(path: "model.onnx"))
    }
    try await service.test { client in
      let response = try await Self.send(client, .post, "/models/\(name)/promote")
      #expect(response.status == .conflict)
      #expect(response.errorCode == "conflict")
      #expect(response.text.contains("model version \(name)"))
      #expect(!response.text.contains(folders.store.directory.path))
      #expect(try await Self.list(client).current == "a")
      let answer = try await Self.send(
        client, .post, "/predict-onnx", body: Sample.form(Sample.png(level: 0)))
      #expect(answer.text.contains(#""model_version":"a""#))
    }
    #expect(try folders.store.current().name == "a")
  }

  @Test func rolesAreKept() async throws {
    let folders = ModelFolders()
    try folders.add("a")
    let service = try TestService(models: try folders.counted())
    try await service.test { client in
      for (method, uri) in [
        (.post, "/models"), (.post, "/models/a/promote"), (.post, "/models/rollback"),
        (.delete, "/models/a"),
      ] as [(HTTPRequest.Method, String)] {
        let response = try await Self.send(client, method, uri, key: TestService.readKey)
        #expect(response.status == .forbidden, "\(uri)")
      }
      let listing = try await Self.send(client, .get, "/models", key: TestService.predictKey)
      #expect(listing.status == .forbidden)
    }
  }

  @Test func aChosenVersionStays() async throws {
    let folders = ModelFolders()
    try folders.add("a", created: 1)
    try folders.add("b", created: 2)
    let models = try folders.counted(version: "a")
    let service = try TestService(models: models)
    try await service.test { client in
      #expect(try await Self.list(client).pinned)
      let response = try await Self.send(client, .post, "/models/b/promote")
      #expect(response.status == .conflict)
      try folders.store.promote("b")
      #expect(await models.refresh() == nil)
      #expect(try await Self.list(client).current == "a")
    }
  }

  @Test func importsFiles() async throws {
    let folders = ModelFolders()
    try folders.add("a")
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var weights = StateDict.random(for: Architecture.fashionCNN.network(), seed: 1)
    try StateDictFile.write(weights, to: path)
    let good = try [UInt8](Data(contentsOf: URL(filePath: path)))
    weights["cnn_stack.9.bias"] = nil
    try StateDictFile.write(weights, to: path)
    let wrong = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let service = try TestService(models: try folders.counted()) { $0.uploadLimit = 4 << 20 }
    try await service.test { client in
      for (uri, files, status, code) in [
        ("/models", [("file", "my model.pth", good)], 201, nil),
        ("/models", [("file", "my model.pth", good)], 409, "conflict"),
        ("/models?name=..", [("file", "x.pth", good)], 422, "invalid_parameter"),
        ("/models", [("file", "模型.pth", good)], 422, "invalid_parameter"),
        ("/models", [("file", "w.pth", wrong)], 422, "invalid_model"),
        ("/models", [("file", "w.pth", Array(good.prefix(9_999)))], 400, "invalid_model"),
        ("/models", [("file", "w.onnx", Array("hello".utf8))], 400, "invalid_model"),
        ("/models", [("other", "w.onnx", good)], 422, "invalid_parameter"),
        ("/models", [("file", "1", good), ("file", "2", good)], 422, "invalid_parameter"),
        ("/models", [("file", "1", [UInt8](repeating: 0, count: 5 << 20))], 413, "too_large"),
      ] as [(String, [(name: String, filename: String, content: [UInt8])], Int, String?)] {
        let response = try await Self.send(client, .post, uri, body: Sample.form(files))
        #expect(Int(response.status.code) == status, "\(response.text)")
        #expect(response.errorCode == code)
      }
      let listing = try await Self.list(client)
      #expect(listing.models.map(\.version) == ["my-model", "a"])
      #expect(listing.models[0].engines.count == 5)
      #expect(listing.models[0].defect == nil)
    }
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folders.store.directory.path)
    #expect(Set(names) == ["my-model", "a", ".lock"])
  }
}
