import Archives
import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Records
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct BatchRouteTests {
  /// The answer, as callers decode it.
  private struct Answer: Decodable {
    struct Result: Decodable {
      struct Failure: Decodable {
        let code: String
        let message: String
      }
      let index: Int
      let filename: String
      let id: String?
      let `class`: String?
      let error: Failure?
    }
    struct Totals: Decodable {
      let pictures: Int
      let classified: Int
      let failed: Int
      let by_class: [String: Int]
      let time_ms: Double
    }
    let results: [Result]
    let totals: Totals
  }

  private func answer(_ response: TestResponse) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(response.body.readableBytesView))
  }

  /// Whoever names no engine is answered by one that the service was started with.
  @Test(arguments: [
    (EngineKind.allCases, "ONNX"), ([.pytorch, .native], "Native"),
    ([.quantized], "PyTorch (Quantized)"),
  ])
  func anEngineThatIsLoadedAnswers(engines: [EngineKind], model: String) async throws {
    let service = try TestService(engines: engines.map { BrightnessEngine($0) })
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(response.status == .ok)
      #expect(response.text.contains(#""model":"\#(model)""#))
    }
  }

  @Test func anArchiveIsClassifiedInItsOrderAndStored() async throws {
    let service = try TestService()
    let archive = try await Sample.archive(pictures: 300)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-batch?engine=torchscript", method: .post, headers: Sample.headers(),
        body: Sample.form(archive, filename: "pictures.zip"))
      #expect(response.status == .ok)
      let answer = try answer(response)
      #expect(answer.results.map(\.index) == Array(0..<302))
      #expect(answer.totals.pictures == 302)
      #expect(answer.totals.classified == 300)
      #expect(answer.totals.failed == 2)
      #expect(answer.totals.by_class.values.reduce(0, +) == 300)
      #expect(answer.results[0].filename == "衣服/1000.png")
      #expect(answer.results[300].filename == "衣服/broken.png")
      #expect(answer.results[300].error?.code == "invalid_picture")
      #expect(answer.results[301].error?.code == "invalid_picture")
      for result in answer.results.prefix(300) {
        let id = try #require(result.id)
        let record = try #require(try await service.store.record(id: id))
        #expect(record.filename == result.filename)
        #expect(record.predictedClass == result.class)
        #expect(record.modelUsed == "TorchScript")
      }
      #expect(try await service.store.counts().total == 300)
    }
  }

  @Test func linesComeWithTheTotalsLast() async throws {
    let service = try TestService()
    try await service.test { client in
      var headers = Sample.headers()
      headers[.accept] = "application/x-ndjson"
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: headers,
        body: Sample.form([
          ("file", "a.png", Sample.png(level: 10)), ("note", "", Array("ignored".utf8)),
          ("file", "../../b.png", Sample.png(level: 200)),
        ]))
      #expect(response.status == .ok)
      #expect(response.headers[.contentType] == "application/x-ndjson")
      let lines = response.text.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines[0].hasPrefix("{\"index\":0,\"filename\":\"a.png\",\"model\":\"ONNX\","))
      #expect(lines[1].hasPrefix("{\"index\":1,\"filename\":\"b.png\","))
      #expect(lines[2].hasPrefix("{\"totals\":{\"pictures\":2,\"classified\":2,\"failed\":0,"))
    }
  }

  @Test(arguments: [
    ("application/x-ndjson", true), ("Application/X-NDJSON", true),
    ("text/html, application/x-ndjson;q=0.5", true), ("application/x-ndjson;q=0, */*", false),
    ("*/*", false), ("", false),
  ])
  func linesAreForThoseWhoTakeThem(accept: String, comesAsLines: Bool) async throws {
    let service = try TestService()
    try await service.test { client in
      var headers = Sample.headers()
      headers[.accept] = accept
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: headers,
        body: Sample.form([("file", "a.png", Sample.png(level: 10))]))
      #expect(response.headers[.contentType]?.hasSuffix("x-ndjson") == comesAsLines)
    }
  }

  @Test func goesOnAfterWhatWasDone() async throws {
    let service = try TestService()
    let archive = try await Sample.archive(pictures: 20)
    try await service.test { client in
      func send(_ skip: String) async throws -> TestResponse {
        try await client.execute(
          uri: "/predict-batch?skip=\(skip)", method: .post, headers: Sample.headers(),
          body: Sample.form([
            ("file", "first.png", Sample.png(level: 3)), ("file", "pictures.zip", archive),
          ]))
      }
      let rest = try answer(try await send("15"))
      #expect(rest.results.map(\.index) == Array(15..<23))
      #expect(rest.results[0].filename == "衣服/1014.png")
      #expect(rest.totals.classified == 6)
      #expect(rest.totals.failed == 2)
      #expect(try await service.store.counts().total == 6)
      #expect(try answer(try await send("23")).results.isEmpty)
      #expect(try answer(try await send("1000000")).results.isEmpty)
      for wrong in ["-1", "x", "1000001", ""] {
        let refused = try await send(wrong)
        #expect(refused.status == .unprocessableContent)
      }
    }
  }

  @Test func anArchiveMayBeTheWholeBody() async throws {
    let service = try TestService()
    let archive = try await Sample.archive(pictures: 2)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-batch", method: .post,
        headers: [.contentType: "application/zip", .apiKey: TestService.predictKey],
        body: ByteBuffer(bytes: archive))
      let answer = try answer(response)
      #expect(answer.totals.classified == 2)
    }
  }

  @Test func anArchiveThatIsCutShortKeepsWhatCameBefore() async throws {
    let service = try TestService()
    let archive = try await Sample.archive(pictures: 20)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form(Array(archive.prefix(archive.count / 4)), filename: "cut.zip"))
      #expect(response.status == .ok)
      let answer = try answer(response)
      #expect(answer.totals.classified > 0)
      #expect(answer.totals.failed == 1)
      #expect(answer.results.last?.error != nil)
    }
  }

  @Test(arguments: [
    ("multipart/form-data; boundary=boundary", "PK\u{3}\u{4} no archive", 400, "invalid_archive"),
    ("multipart/form-data", "", 400, "invalid_request"),
    ("text/plain", "hello", 415, "unsupported_type"),
    ("multipart/form-data; boundary=boundary", "no picture", 400, "invalid_picture"),
    ("application/zip", "", 400, "invalid_picture"),
  ])
  func whatIsNoUploadIsRefused(
    type: String, content: String, status: Int, code: String
  ) async throws {
    let service = try TestService()
    try await service.test { client in
      let body =
        type.contains("boundary")
        ? Sample.form(Array(content.utf8), filename: "x.zip") : ByteBuffer(string: content)
      let response = try await client.execute(
        uri: "/predict-batch", method: .post,
        headers: [.contentType: type, .apiKey: TestService.predictKey], body: body)
      #expect(Int(response.status.code) == status)
      #expect(response.errorCode == code)
    }
  }

  @Test func largeUploadsAndLargePicturesAreRefused() async throws {
    let service = try TestService {
      $0.uploadLimit = 4_000
      $0.bodyLimit = 1_000
    }
    try await service.test { client in
      let large = try await client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form([UInt8](repeating: 1, count: 5_000)))
      #expect(large.status == .contentTooLarge)
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form([
          ("file", "a.png", Sample.png(level: 1)),
          ("file", "b.png", Sample.png(level: 2) + [UInt8](repeating: 0, count: 2_000)),
        ]))
      let answer = try answer(response)
      #expect(answer.totals.classified == 1)
      #expect(answer.results[1].error?.code == "too_large")
    }
  }

  @Test func anArchiveThatHoldsTooMuchEndsThere() async throws {
    let service = try TestService { $0.archiveLimits.entryCount = 5 }
    let archive = try await Sample.archive(pictures: 10)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form(archive, filename: "pictures.zip"))
      let answer = try answer(response)
      #expect(answer.totals.classified <= 5)
      let error = try #require(answer.results.last?.error)
      #expect(error.code == "too_large")
      #expect(error.message.contains("more than 5 entries"))
    }
  }

  @Test func nothingIsAnsweredThatIsNotStored() async throws {
    let service = try TestService(store: FailingStore())
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 3)))
      let answer = try answer(response)
      #expect(answer.totals.classified == 0)
      #expect(answer.results.first?.error?.code == "storage_unavailable")
    }
  }

  @Test func placesAreGivenBack() async throws {
    let service = try TestService()
    try await service.test { client in
      for _ in 0..<3 * BatchService.batchLimit {
        let refused = try await client.execute(
          uri: "/predict-batch", method: .post, headers: Sample.headers(),
          body: ByteBuffer(string: "no form"))
        #expect(refused.status == .badRequest)
        let done = try await client.execute(
          uri: "/predict-batch", method: .post, headers: Sample.headers(),
          body: Sample.form(Sample.png(level: 3)))
        #expect(done.status == .ok)
      }
    }
  }

  @Test func uploadsLeaveRoomForSingleRequests() async throws {
    let gate = Gate()
    let service = try TestService(engines: [BrightnessEngine(.onnx, gate: gate)]) {
      $0.queueLimit = 16
      $0.engineThreads = 1
      $0.batchLimit = 1
    }
    let archive = try await Sample.archive(pictures: 40)
    try await service.test { client in
      async let batch = client.execute(
        uri: "/predict-batch", method: .post, headers: Sample.headers(),
        body: Sample.form(archive, filename: "a.zip"))
      await gate.waitForArrival()
      #expect(service.components.pool.queueDepth < 4)
      async let single = client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 3)))
      gate.open(for: 41)
      #expect(try await single.status == .ok)
      let answer = try answer(await batch)
      #expect(answer.totals.classified == 40)
    }
  }
}
