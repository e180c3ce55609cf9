import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ModelStore
import NIOCore
import Networks
import Records
import Testing

@testable import AtelierServer

/// What Triton's clients cannot show of the protocol over HTTP; their calls are in `InferenceClientTests`.
@Suite struct OpenInferenceRouteTests {
  private static let model = "/v2/models/fashion-cnn"

  private func headers(_ key: String? = TestService.adminKey) -> HTTPFields {
    var headers: HTTPFields = [.contentType: "application/json"]
    headers[.apiKey] = key
    return headers
  }

  private func request(
    level: UInt8 = 200, count: Int = 1, _ others: String = ""
  ) -> ByteBuffer {
    let levels = Array(repeating: String(level), count: count * ImageTensor.elementCount)
    return ByteBuffer(
      string: #"{"id":"shop","inputs":[{"name":"image","datatype":"UINT8","#
        + #""shape":[\#(count),28,28],"data":[\#(levels.joined(separator: ","))]}]\#(others)}"#)
  }

  private func error(_ response: TestResponse) throws -> String {
    let members = try JSONDecoder().decode(
      [String: String].self, from: Data(response.body.readableBytesView))
    #expect(Array(members.keys) == ["error"])
    return members["error", default: ""]
  }

  @Test func whatIsAnsweredIsStored() async throws {
    let service = try TestService()
    try await service.test { client in
      let response = try await client.execute(
        uri: Self.model + "/infer", method: .post, headers: headers(TestService.predictKey),
        body: request(count: 3, #","outputs":[{"name":"prediction_id"},{"name":"class"}]"#))
      #expect(response.status == .ok)
      #expect(response.headers[.contentType] == "application/json")
      let answer = try #require(
        try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView))
          as? [String: Any])
      #expect(answer["id"] as? String == "shop")
      #expect(answer["model_version"] as? String == TestService.version)
      let outputs = try #require(answer["outputs"] as? [[String: Any]])
      let ids = try #require(outputs[0]["data"] as? [String])
      let classes = try #require(outputs[1]["data"] as? [String])
      #expect(ids.count == 3)
      for (id, garment) in zip(ids, classes) {
        let stored = try await service.store.record(id: id)
        let record = try #require(stored)
        #expect(record.predictedClass == garment)
        #expect(record.filename == "shop")
        #expect(record.requestID == response.headers[.requestID])
        #expect(!record.clientKeyID.isEmpty)
      }
    }
    #expect(try await service.store.counts().total == 3)
  }

  @Test(arguments: [
    ("/v2/nothing", "", 404), (model + "/versions/none/infer", "{}", 400),
    (model + "/infer", "[]", 400), (model + "/infer", "not JSON", 400),
    ("/v2/models/none/infer", #"{"inputs":[]}"#, 400),
    ("/v2/repository/models/fashion-cnn/load", #"{"parameters":{"config":"{}"}}"#, 400),
    ("/v2/repository/models/fashion-cnn/unload", "", 409),
    ("/v2/repository/models/none/load", "", 404), ("/v2/repository/index", "[1]", 400),
  ])
  func errorsHaveTheFormOfTheProtocol(path: String, body: String, status: Int) async throws {
    try await TestService().test { client in
      let response = try await client.execute(
        uri: path, method: .post, headers: headers(), body: ByteBuffer(string: body))
      #expect(Int(response.status.code) == status)
      #expect(try !error(response).isEmpty)
    }
  }

  /// A version that nobody promoted answers only those who name it.
  @Test func aModelThatIsNotServedIsThePromotedVersionOfIt() async throws {
    let folders = ModelFolders()
    for (name, created) in [("first", 10.0), ("second", 20), ("newest", 30)] {
      try folders.add(name, created: created, architecture: .fashionCNN)
    }
    try folders.add("served", created: 5)
    for name in ["first", "second", "first", "served"] { try folders.store.promote(name) }
    let models = try folders.counted()
    let service = try TestService(models: models)
    try await service.test { client in
      for (path, version) in [
        (Self.model, "first"), (Self.model + "/versions/newest", "newest"),
        ("/v2/models/fashion-lite", "served"),
      ] {
        let response = try await client.execute(
          uri: path + "/infer", method: .post, headers: headers(), body: request())
        #expect(response.status == .ok, "\(response.text)")
        #expect(response.text.contains(#""model_version":"\#(version)""#), "\(response.text)")
      }
    }
    let openModels = OpenModels(models: models, catalog: ModelCatalog(models: models))
    try folders.store.remove("first")
    #expect(try await openModels.find("fashion-cnn", "").name == "second")
    // Of a model of which none was promoted, the newest is all there is.
    try folders.add("older", created: 40, architecture: .fashionResNet)
    try folders.add("latest", created: 50, architecture: .fashionResNet)
    #expect(try await openModels.find("fashion-resnet", "").name == "latest")
  }

  @Test func refusesModelsThereAreNot() async throws {
    try await TestService().test { client in
      for path in ["/v2/models/none", Self.model + "/versions/none"] {
        for (suffix, method) in [
          ("", HTTPRequest.Method.get), ("/ready", .get), ("/stats", .get), ("/config", .get),
          ("/infer", .post),
        ] {
          let response = try await client.execute(
            uri: path + suffix, method: method, headers: headers(),
            body: method == .post ? request() : ByteBuffer())
          #expect(response.status == .notFound)
          #expect(try error(response).contains("none"))
        }
      }
    }
  }

  @Test func refusesWhatIsTooLarge() async throws {
    let service = try TestService { $0.bodyLimit = 4_096 }
    try await service.test { client in
      let response = try await client.execute(
        uri: Self.model + "/infer", method: .post, headers: headers(), body: request(count: 3))
      #expect(response.status == .contentTooLarge)
      #expect(try error(response).contains("4096"))
    }
  }

  @Test func refusesCallersWithoutAKey() async throws {
    try await TestService().test { client in
      let response = try await client.execute(uri: "/v2", method: .get)
      #expect(response.status == .unauthorized)
      #expect(response.headers[.wwwAuthenticate] != nil)
      #expect(try error(response).contains("X-API-Key"))
    }
  }

  @Test func countsWhatOtherRoutesClassifiedToo() async throws {
    try await TestService().test { client in
      let other = try await client.execute(
        uri: "/predict-native", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 3)))
      #expect(other.status == .ok)
      let own = try await client.execute(
        uri: Self.model + "/infer", method: .post, headers: headers(),
        body: request(#","parameters":{"engine":"native"}"#))
      #expect(own.status == .ok)
      let statistics = try await client.execute(
        uri: "/v2/models/stats", method: .get, headers: headers())
      #expect(statistics.text.contains(#""inference_count":2,"execution_count":2,"#))
    }
  }
}
