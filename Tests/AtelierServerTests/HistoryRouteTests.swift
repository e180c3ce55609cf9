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

@Suite struct HistoryRouteTests {
  private struct Item: Decodable, Hashable {
    let id: String
    let model: String
    let `class`: String
    let filename: String
    let created_at: String
    let true_label: String?
    let client_key_id: String
    let uncertain: Bool
  }

  private struct Page: Decodable {
    let predictions: [Item]
    let next_cursor: String?
  }

  private func headers(
    _ key: String = TestService.readKey, type: String? = nil
  ) -> HTTPFields {
    var headers: HTTPFields = [:]
    headers[.apiKey] = key
    headers[.contentType] = type
    return headers
  }

  private func get(
    _ path: String, key: String = TestService.readKey, _ client: any TestClientProtocol
  ) async throws -> TestResponse {
    try await client.execute(uri: path, method: .get, headers: headers(key))
  }

  private func page(_ query: String, _ client: any TestClientProtocol) async throws -> Page {
    let response = try await get("/predictions?\(query)", client)
    #expect(response.status == .ok, "\(query): \(response.text)")
    return try JSONDecoder().decode(Page.self, from: Data(response.body.readableBytesView))
  }

  /// Classifies a picture of one level, whose class is the level in twenty-fifths.
  private func predict(
    level: UInt8, filename: String = "boot.png", route: String = "/predict-onnx",
    key: String = TestService.predictKey, _ client: any TestClientProtocol
  ) async throws -> String {
    let response = try await client.execute(
      uri: route, method: .post, headers: Sample.headers(key: key),
      body: Sample.form(Sample.png(level: level), filename: filename))
    return try #require(response.text.firstMatch(of: #/"id":"([^"]+)"/#).map { String($0.1) })
  }

  private func label(
    _ body: String, id: String, key: String = TestService.readKey,
    type: String? = "application/json; charset=utf-8", _ client: any TestClientProtocol
  ) async throws -> TestResponse {
    try await client.execute(
      uri: "/predictions/\(id)/label", method: .put, headers: headers(key, type: type),
      body: ByteBuffer(string: body))
  }

  @Test func listsNewestFirstPageByPage() async throws {
    let service = try TestService()
    try await service.test { client in
      #expect(try await page("", client).predictions.isEmpty)
      var ids: [String] = []
      for level in 0..<7 { ids.insert(try await predict(level: UInt8(level * 25), client), at: 0) }
      // Several may be of the same millisecond.
      ids.sort(by: >)
      var found: [String] = []
      var cursor = ""
      repeat {
        let page = try await page("limit=3\(cursor)", client)
        found += page.predictions.map(\.id)
        cursor = page.next_cursor.map { "&cursor=\($0)" } ?? ""
      } while !cursor.isEmpty
      #expect(found == ids)
    }
  }

  @Test(arguments: [
    ("class=Ankle+boot", ["b.png"]), ("class=Ankle%20boot", ["b.png"]),
    ("class=T-shirt/top", ["a.png", "c=1&2 .png"]), ("engine=onnx", ["a.png", "b.png"]),
    ("engine=PyTorch+(Quantized)", []), ("engine=PyTorch", ["c=1&2 .png"]),
    ("model_version=\(TestService.version)", ["a.png", "b.png", "c=1&2 .png"]),
    ("model_version=v2", []), ("min_confidence=0.5", ["a.png", "b.png", "c=1&2 .png"]),
    ("min_confidence=1", []), ("filename=C%3D1%262%20", ["c=1&2 .png"]), ("filename=_.png", []),
    ("uncertain=true", []), ("uncertain=false&engine=onnx", ["a.png", "b.png"]),
    ("label=wrong", ["a.png"]), ("label=none", ["b.png", "c=1&2 .png"]),
    ("from=2020-01-01&to=2021-01-01", []), ("from=2020-01-01&label=any", ["a.png"]),
    ("from=2020-01-01T00:00:00+02:00", ["a.png", "b.png", "c=1&2 .png"]),
  ])
  func filters(query: String, filenames: [String]) async throws {
    let service = try TestService()
    try await service.test { client in
      let first = try await predict(level: 0, filename: "a.png", client)
      _ = try await predict(level: 225, filename: "b.png", client)
      _ = try await predict(level: 0, filename: "c=1&2 .png", route: "/predict", client)
      #expect(try await label(#"{"label":"Bag"}"#, id: first, client).status == .ok)
      #expect(try await page(query, client).predictions.map(\.filename).sorted() == filenames)
      let csv = try await get("/predictions/export?\(query)", client)
      #expect(csv.text.split(separator: "\r\n").count == filenames.count + 1)
    }
  }

  @Test(arguments: [
    "limit=0", "limit=201", "limit=x", "from=yesterday", "to=2026-02-30", "class=bag", "class=",
    "engine=abacus", "model_version=", "model_version=%00", "min_confidence=2",
    "min_confidence=nan", "filename=", "filename=a%0Ab", "uncertain=yes", "label=maybe",
    "cursor=", "cursor=01a20c9fb0ba75f091200fab82f70917707f5059",
    "filename=" + String(repeating: "x", count: 256),
  ])
  func refusesUnusableParameters(query: String) async throws {
    let service = try TestService()
    try await service.test { client in
      let paths = ["/predictions"] + (query.hasPrefix("filename") ? ["/predictions/export"] : [])
      for path in paths {
        let response = try await get("\(path)?\(query)", client)
        #expect(response.status == .unprocessableContent)
        #expect(response.errorCode == "invalid_parameter")
        #expect(response.text.contains(query.prefix { $0 != "=" } + " must be"))
      }
    }
  }

  @Test func findsThePicturesOfARequest() async throws {
    try await TestService().test { client in
      for (request, count) in [("batch-1", 3), ("batch-2", 2)] {
        var fields = Sample.headers()
        fields[.requestID] = request
        let files = (0..<count).map { ("file", "\($0).png", Sample.png(level: 9)) }
        let response = try await client.execute(
          uri: "/predict-batch", method: .post, headers: fields, body: Sample.form(files))
        #expect(response.status == .ok)
      }
      #expect(try await page("request_id=batch-1", client).predictions.count == 3)
      #expect(try await page("request_id=batch-2", client).predictions.count == 2)
      #expect(try await page("request_id=batch", client).predictions.isEmpty)
      let export = try await get("/predictions/export?format=csv&request_id=batch-2", client)
      #expect(export.text.matches(of: #/batch-2/#).count == 2)
      #expect(!export.text.contains("batch-1"))
      for wrong in ["", "a%20b", String(repeating: "a", count: 129)] {
        let refused = try await get("/predictions?request_id=\(wrong)", client)
        #expect(refused.status == .unprocessableContent)
      }
    }
  }

  @Test func showsOnePredictionAndItsPicture() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await predict(level: 200, filename: "../../bag.png", client)
      let one = try await get("/predictions/\(id)", client)
      let item = try JSONDecoder().decode(Item.self, from: Data(one.body.readableBytesView))
      #expect(item.filename == "bag.png")
      #expect(item.class == "Bag")
      #expect(Timestamp.date(item.created_at) == RecordID.date(of: id))
      #expect(try await page("", client).predictions == [item])
      let image = try await get("/predictions/\(id)/image", client)
      #expect(image.headers[.contentType] == "image/png")
      #expect(image.headers[.cacheControl]?.contains("private") == true)
      let picture = try Preprocessor().prepare(Array(image.body.readableBytesView)).tensor
      #expect(picture.bytes == [UInt8](repeating: 200, count: 784))
      let head = try await client.execute(
        uri: "/predictions/\(id)", method: .head, headers: headers())
      #expect(head.status == .ok)
      for id in [RecordID.make(), "x", "%00", "..%2F..%2Fetc%2Fpasswd"] {
        for path in ["/predictions/\(id)", "/predictions/\(id)/image"] {
          let missing = try await get(path, client)
          #expect(missing.status == .notFound, "\(path)")
          #expect(missing.errorCode == "not_found")
        }
      }
    }
  }

  @Test func aRecordWithoutAPictureHasNone() async throws {
    let service = try TestService()
    let now = Date()
    let record = PredictionRecord(
      id: RecordID.make(at: now), createdAt: now, requestID: "", filename: "", modelUsed: "ONNX",
      modelVersion: "v1", predictedClass: "Bag", confidence: 1, inferenceTimeMilliseconds: 1,
      topK: [], isUncertain: false, preprocess: "auto", clientKeyID: "", imageSHA256: "")
    try await service.store.insert(record)
    try await service.test { client in
      let found = try await get("/predictions/\(record.id)", client)
      #expect(found.status == .ok)
      let picture = try await get("/predictions/\(record.id)/image", client)
      #expect(picture.status == .notFound)
    }
  }

  @Test func storesTrueLabels() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await predict(level: 0, client)
      for (body, expected) in [
        (#"{"label": "Ankle boot"}"#, "Ankle boot"), (#"{"label":"Bag"}"#, "Bag"),
        (#"{"label":null}"#, nil),
      ] {
        let response = try await label(body, id: id, client)
        #expect(response.status == .ok)
        #expect(try await service.store.record(id: id)?.trueLabel == expected)
        #expect(try await page("label=any", client).predictions.count == (expected == nil ? 0 : 1))
      }
      #expect(try await service.store.counts().total == 1)
    }
  }

  @Test(arguments: [
    (#"{"label":"Hat"}"#, 422), (#"{"label":7}"#, 422), (#"{"label":"bag"}"#, 422), ("{}", 422),
    ("[]", 422), (#""Bag""#, 422), (#"{"label":"Bag","why":"so"}"#, 422), ("", 400),
    (#"{"label":"#, 400), ("label=Bag", 400),
    (#"{"label":""# + String(repeating: "x", count: 5_000) + #""}"#, 413),
  ])
  func refusesUnusableLabels(body: String, status: Int) async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await predict(level: 0, client)
      #expect(Int(try await label(body, id: id, client).status.code) == status)
      #expect(try await service.store.record(id: id)?.trueLabel == nil)
    }
  }

  @Test func labelsNeedTheRightBodyAndIdentity() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await predict(level: 0, client)
      let form = try await label(#"{"label":"Bag"}"#, id: id, type: "text/plain", client)
      #expect(form.status == .unsupportedMediaType)
      let missing = try await label(#"{"label":"Bag"}"#, id: RecordID.make(), client)
      #expect(missing.status == .notFound)
    }
  }

  @Test func aKeyThatMayPredictLabelsItsOwnOnly() async throws {
    let service = try TestService(
      keys: KeyList.parse("one:predict,other:predict,\(TestService.readKey):read"))
    try await service.test { client in
      let id = try await predict(level: 0, key: "one", client)
      let body = #"{"label":"Bag"}"#
      #expect(try await label(body, id: id, key: "other", client).status == .notFound)
      #expect(try await service.store.record(id: id)?.trueLabel == nil)
      #expect(try await label(body, id: id, key: "one", client).status == .ok)
      let another = #"{"label":"Coat"}"#
      #expect(try await label(another, id: id, key: TestService.readKey, client).status == .ok)
      #expect(try await service.store.record(id: id)?.trueLabel == "Coat")
      for path in ["/predictions", "/predictions/\(id)", "/predictions/\(id)/image"] {
        #expect(try await get(path, key: "one", client).status == .forbidden)
      }
      #expect(try await get("/predictions/export", key: "one", client).status == .forbidden)
    }
  }

  @Test func exportsAllThatIsStored() async throws {
    let service = try TestService()
    try await service.test { client in
      for level in 0..<5 {
        _ = try await predict(level: UInt8(level * 25), filename: "=1+\(level).png", client)
      }
      let csv = try await get("/predictions/export", client)
      #expect(csv.headers[.contentType] == "text/csv; charset=utf-8; header=present")
      #expect(
        csv.headers[.contentDisposition]?.wholeMatch(
          of: #/attachment; filename="predictions-\d{8}T\d{6}Z\.csv"/#) != nil)
      let lines = csv.text.split(separator: "\r\n")
      #expect(lines.count == 6)
      #expect(csv.body.readableBytesView.starts(with: [0xEF, 0xBB, 0xBF]))
      #expect(lines.dropFirst().allSatisfy { $0.contains(",'=1+") })
      let workbook = try await get("/predictions/export?format=xlsx", client)
      #expect(workbook.headers[.contentType]?.hasSuffix("spreadsheetml.sheet") == true)
      #expect(workbook.body.readableBytesView.starts(with: Array("PK".utf8)))
      #expect(workbook.headers[.contentLength] == "\(workbook.body.readableBytes)")
      #expect(
        try await get("/predictions/export?format=pdf", client).status == .unprocessableContent)
    }
  }

  @Test func saysThatTheDatabaseIsAway() async throws {
    let service = try TestService(store: FailingStore())
    try await service.test { client in
      let id = RecordID.make()
      for path in [
        "/predictions", "/predictions/\(id)", "/predictions/\(id)/image", "/predictions/export",
        "/predictions/export?format=xlsx",
      ] {
        let response = try await get(path, client)
        #expect(response.status == .serviceUnavailable, "\(path)")
        #expect(response.errorCode == "storage_unavailable")
      }
      #expect(try await label(#"{"label":"Bag"}"#, id: id, client).status == .serviceUnavailable)
    }
  }

  @Test(arguments: [
    ("/predictions", "GET, HEAD"), ("/predictions/export", "GET, HEAD"),
    ("/predictions/x", "GET, HEAD"), ("/predictions/x/image", "GET, HEAD"),
    ("/predictions/x/label", "PUT"),
  ])
  func saysWhichMethodsThereAre(path: String, allowed: String) async throws {
    let service = try TestService()
    try await service.test { client in
      let response = try await client.execute(uri: path, method: .delete, headers: headers())
      #expect(response.status == .methodNotAllowed)
      #expect(response.headers[.allow] == allowed)
    }
  }
}
