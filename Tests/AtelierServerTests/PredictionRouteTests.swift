import APIKeys
import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Imaging
import NIOCore
import Records
import Testing

@testable import AtelierServer

@Suite struct PredictionRouteTests {
  @Test(arguments: [
    ("/predict", "PyTorch"), ("/predict-scripted", "TorchScript"), ("/predict-onnx", "ONNX"),
    ("/predict-quantized", "PyTorch (Quantized)"), ("/predict-native", "Native"),
  ])
  func answersAsTheContractHasIt(path: String, model: String) async throws {
    let service = try TestService()
    let response = try await service.test { client in
      try await client.execute(
        uri: path + "?top_k=2", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 100)))
    }
    #expect(response.status == .ok)
    #expect(response.headers[.contentType] == "application/json; charset=utf-8")
    let pattern = try Regex(
      #"""
      ^\{"model":"(?<model>[^"]+)","class":"Coat","confidence":0\.8585,"inference_time_ms":\d+\.\d{3},\#
      "id":"(?<id>[0-9a-f-]{36})","model_version":"test-version",\#
      "top_k":\[\{"class":"Coat","confidence":0\.8585\},\{"class":"T-shirt/top","confidence":0\.0157\}\],\#
      "uncertain":false,"preprocess":"auto","garment":true\}$
      """#)
    let match = try #require(try pattern.wholeMatch(in: response.text), "\(response.text)")
    #expect(match["model"]?.substring == Substring(model))
    let id = String(try #require(match["id"]?.substring))
    let record = try #require(try await service.store.record(id: id))
    #expect(record.filename == "boot.png")
    #expect(record.modelUsed == model)
    #expect(record.predictedClass == "Coat")
    #expect(record.clientKeyID == "env-1")
    #expect(record.requestID == response.headers[.requestID])
    #expect(try await service.store.counts().byEngine == [model: 1])
  }

  @Test(arguments: [
    "/predict-onnx", "/predict-batch", "/jobs", "/predict-benchmark", "/training",
    "/v2/models/fashion-cnn/infer",
  ])
  func refusesCompressedBodies(path: String) async throws {
    let service = try TestService()
    try await service.test { client in
      var headers = Sample.headers(key: TestService.adminKey)
      headers[.contentEncoding] = "gzip"
      let response = try await client.execute(
        uri: path, method: .post, headers: headers, body: Sample.form(Sample.png(level: 0)))
      #expect(response.status == (path.hasPrefix("/v2") ? .badRequest : .unsupportedMediaType))
      #expect(response.headers[.acceptEncoding] == "identity")
      #expect(response.text.contains("content coding gzip"))
      headers[.contentEncoding] = "identity"
      let plain = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: headers,
        body: Sample.form(Sample.png(level: 0)))
      #expect(plain.status == .ok)
    }
  }

  @Test(arguments: [
    ("top_k=0", 422), ("top_k=257", 422), ("top_k=11", 200), ("top_k=x", 422), ("top_k=10", 200),
    ("preprocess=classic", 200), ("preprocess=sharp", 422), ("model=none", 422), ("model=", 422),
    ("model=test-version", 200), ("unknown=1", 200), ("include=tensor", 200), ("include=all", 422),
    ("include=", 422),
  ])
  func checksParameters(query: String, status: Int) async throws {
    let service = try TestService()
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-onnx?" + query, method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(Int(response.status.code) == status)
      if status == 422 { #expect(response.errorCode == "invalid_parameter") }
    }
    #expect(try await service.store.counts().total == (status == 200 ? 1 : 0))
  }

  @Test func showsWhatTheEngineSaw() async throws {
    struct Answer: Decodable { let tensor: [[Double]]? }
    try await TestService().test { client in
      for (query, rows) in [("", nil), ("?include=tensor", 28)] as [(String, Int?)] {
        let response = try await client.execute(
          uri: "/predict-onnx" + query, method: .post, headers: Sample.headers(),
          body: Sample.form(Sample.png(level: 102)))
        let answer = try JSONDecoder().decode(
          Answer.self, from: Data(response.body.readableBytesView))
        #expect(answer.tensor?.count == rows)
        #expect(answer.tensor?.allSatisfy { $0 == [Double](repeating: 0.4, count: 28) } ?? true)
      }
    }
  }

  @Test(arguments: [
    (Array("just text".utf8), 400, "invalid_picture"), ([], 400, "invalid_picture"),
    (Array("GIF89a\u{1}\u{0}\u{1}\u{0}".utf8), 415, "unsupported_type"),
    ([0xff, 0xd8, 0xff, 0xe0, 0, 0x10], 400, "invalid_picture"),
  ])
  func refusesWhatIsNotAPicture(content: [UInt8], status: Int, code: String) async throws {
    let service = try TestService()
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(),
        body: Sample.form(content, filename: "shirt.png"))
      #expect(Int(response.status.code) == status)
      #expect(response.errorCode == code)
    }
    #expect(try await service.store.counts().total == 0)
  }

  @Test func refusesAPictureThatDeclaresTooManyPixels() async throws {
    let service = try TestService()
    var png = Sample.png(level: 0)
    png.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
    let chunk = Array(png[12..<29])
    png.replaceSubrange(29..<33, with: withUnsafeBytes(of: crc32(chunk).bigEndian, Array.init))
    try await service.test { [png] client in
      let response = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(), body: Sample.form(png))
      #expect(response.status == .contentTooLarge)
      #expect(response.errorCode == "too_large")
    }
  }

  @Test func refusesFormsWithoutExactlyOnePicture() async throws {
    let service = try TestService()
    let png = Sample.png(level: 0)
    try await service.test { client in
      for files in [[], [("other", "a", png)], [("file", "a", png), ("file", "b", png)]] {
        let response = try await client.execute(
          uri: "/predict-onnx", method: .post, headers: Sample.headers(), body: Sample.form(files))
        #expect(response.status == .unprocessableContent)
        #expect(response.errorCode == "invalid_parameter")
      }
    }
  }

  @Test func refusesOtherContentTypesAndBrokenForms() async throws {
    let service = try TestService()
    let form = Sample.form(Sample.png(level: 0))
    try await service.test { client in
      for (type, status) in [
        ("application/json", 415), ("multipart/form-data", 400),
        ("multipart/form-data; boundary=other", 400),
      ] {
        var headers = Sample.headers()
        headers[.contentType] = type
        let response = try await client.execute(
          uri: "/predict-onnx", method: .post, headers: headers, body: form)
        #expect(Int(response.status.code) == status)
      }
      var cut = form
      cut.moveWriterIndex(to: form.writerIndex - 20)
      let response = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(), body: cut)
      #expect(response.status == .badRequest)
    }
  }

  @Test func refusesBodiesThatAreTooLarge() async throws {
    let service = try TestService { $0.bodyLimit = 100_000 }
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(),
        body: Sample.form([UInt8](repeating: 0, count: 100_000)))
      #expect(response.status == .contentTooLarge)
      #expect(response.errorCode == "too_large")
    }
  }

  @Test func saysThatAnEngineIsNotLoaded() async throws {
    let service = try TestService(engines: [BrightnessEngine(.onnx)])
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(response.status == .serviceUnavailable)
      #expect(response.headers[.retryAfter] != nil)
      #expect(response.errorCode == "engine_unavailable")
      // No build lacks its library.
      let native = try await client.execute(
        uri: "/predict-native", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(native.status == .serviceUnavailable)
      #expect(native.text.contains("the service was started without it; there are onnx"))
    }
  }

  @Test func doesNotAnswerWhatItCannotStore() async throws {
    let service = try TestService(store: FailingStore())
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(response.status == .serviceUnavailable)
      #expect(response.headers[.retryAfter] != nil)
      #expect(response.errorCode == "storage_unavailable")
      #expect(!response.text.contains("disk"))
    }
  }

  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1
      }
    }
  }
}
