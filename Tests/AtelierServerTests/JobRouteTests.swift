import APIKeys
import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Jobs
import Logging
import ModelStore
import NIOCore
import Records
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct JobRouteTests {
  private func headers(
    _ key: String = TestService.predictKey, _ fields: HTTPFields = [:]
  ) -> HTTPFields {
    var headers = fields
    headers[.apiKey] = key
    return headers
  }

  /// As many as such a service has under way.
  private static let pictures = 16

  /// A service whose engine lets one picture after the other through a gate.
  private static func service(_ gate: Gate) throws -> TestService {
    try TestService(engines: [BrightnessEngine(.onnx, gate: gate)]) {
      $0.engineThreads = 1
      $0.batchLimit = 1
    }
  }

  /// Uploads an archive.
  private func submit(
    _ client: any TestClientProtocol, _ content: [UInt8], query: String = ""
  ) async throws -> ReceivedJob {
    let response = try await client.execute(
      uri: "/jobs\(query)", method: .post, headers: Sample.headers(),
      body: Sample.form(content, filename: "season.zip"))
    #expect(response.status == .accepted)
    let job = try ReceivedJob(response)
    #expect(response.headers[.location] == "/jobs/\(job.id)")
    return job
  }

  private func job(
    _ client: any TestClientProtocol, _ id: String, key: String = TestService.predictKey
  ) async throws -> ReceivedJob {
    try ReceivedJob(
      await client.execute(uri: "/jobs/\(id)", method: .get, headers: headers(key)))
  }

  /// The job once it is over.
  private func finished(
    _ client: any TestClientProtocol, _ id: String
  ) async throws -> ReceivedJob {
    while true {
      let job = try await job(client, id)
      if job.ended_at != nil { return job }
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  private func results(
    _ client: any TestClientProtocol, _ id: String
  ) async throws -> [ReceivedLine] {
    let response = try await client.execute(
      uri: "/jobs/\(id)/results", method: .get, headers: headers())
    #expect(response.status == .ok)
    return try response.text.split(separator: "\n").map {
      try JSONDecoder().decode(ReceivedLine.self, from: Data($0.utf8))
    }
  }

  /// The stored predictions of a job, oldest first.
  private func records(of service: TestService) async throws -> [PredictionRecord] {
    var (records, cursor): ([PredictionRecord], PredictionCursor?) = ([], nil)
    repeat {
      let page = try await service.store.page(
        matching: PredictionFilter(), after: cursor, limit: 200)
      records += page.records
      cursor = page.next
    } while cursor != nil
    return records.reversed()
  }

  @Test func anArchiveIsClassifiedLaterAndStoredInItsOrder() async throws {
    let service = try TestService()
    let archive = try await Sample.archive(pictures: 300)
    try await service.test { client in
      let id = try await submit(client, archive, query: "?engine=torchscript&top_k=2").id
      #expect(try await job(client, id).state == "queued")
      #expect(try await results(client, id).isEmpty)
      let ended = try await service.working { try await finished(client, id) }
      #expect(ended.state == "succeeded")
      #expect(ended.attempt == 1)
      #expect(ended.progress.done == 302)
      #expect(ended.progress.total == 302)
      #expect(ended.progress.unit == "pictures")
      #expect(ended.result?.pictures == 302)
      let metrics = try await client.execute(
        uri: "/metrics", method: .get, headers: headers(TestService.readKey)
      ).text
      #expect(metrics.contains(#"atelier_jobs{kind="archive",state="succeeded"} 1"# + "\n"))
      #expect(metrics.contains(#"atelier_job_duration_seconds_count{kind="archive"} 1"# + "\n"))
      #expect(ended.result?.failed == 2)
      #expect(ended.result?.by_class.values.reduce(0, +) == 300)
      let lines = try await results(client, id)
      #expect(lines.map(\.index) == Array(0..<302))
      #expect(lines[300].error?.code == "invalid_picture")
      let records = try await records(of: service)
      #expect(records.map(\.id) == lines.compactMap(\.id))
      #expect(records.map(\.filename) == lines.prefix(300).map(\.filename))
      #expect(records.allSatisfy { $0.requestID == id && $0.modelUsed == "TorchScript" })
      #expect(records.allSatisfy { $0.topK.count == 2 && RecordID.date(of: $0.id) == $0.createdAt })
      let keyID = try #require(records.first?.clientKeyID)
      #expect(!keyID.isEmpty && records.allSatisfy { $0.clientKeyID == keyID })
      // What was uploaded is not kept any longer than needed.
      let folder = service.board.folders.folder(ofJob: id)
      while FileManager.default.fileExists(atPath: folder.appending(path: "input").path) {
        await Task.yield()
      }
    }
  }

  @Test(arguments: [0, 1, 7])
  func goesOnWhereItStoppedAndStoresNothingTwice(lostLines: Int) async throws {
    let gate = Gate()
    let service = try Self.service(gate)
    let archive = try await Sample.archive(pictures: 40)
    try await service.test { client in
      let id = try await submit(client, archive).id
      let stop = try await service.working {
        gate.open(for: Self.pictures)
        while try await results(client, id).count < Self.pictures { await Task.yield() }
        await gate.waitForArrival()
        return Task { gate.open(for: 100) }
      }
      await stop.value
      #expect(try await job(client, id).state == "queued")
      let before = try await results(client, id).count
      #expect(before > lostLines)
      #expect(try await job(client, id).progress.done == before)
      // Lines are written after their records: a process may be killed in between.
      let file = service.board.folders.folder(ofJob: id).appending(path: "results.ndjson")
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      let kept = lines.dropLast(lostLines).map { $0 + "\n" }.joined()
      try Data((kept + #"{"index":"#).utf8).write(to: file)
      #expect(try await results(client, id).count == before - lostLines)
      let ended = try await service.working { try await finished(client, id) }
      #expect(ended.state == "succeeded")
      #expect(ended.attempt == 2)
      let all = try await results(client, id)
      #expect(all.map(\.index) == Array(0..<42))
      #expect(ended.result?.classified == 40)
      let records = try await records(of: service)
      #expect(records.count == 40)
      #expect(records.map(\.id) == all.compactMap(\.id))
      #expect(Set(records.map(\.filename)).count == 40)
    }
  }

  @Test func aJobKeepsTheVersionThatAnsweredWhenItWasAskedFor() async throws {
    let folders = ModelFolders()
    for name in ["a", "b"] { try folders.add(name) }
    try folders.store.promote("a")
    let service = try TestService(models: folders.counted())
    let archive = try await Sample.archive(pictures: 4)
    try await service.test { client in
      let id = try await submit(client, archive).id
      #expect(
        try await ModelRouteTests.send(client, .post, "/models/b/promote").status == .ok)
      let ended = try await service.working { try await finished(client, id) }
      #expect(ended.state == "succeeded")
      #expect(try await records(of: service).map(\.modelVersion) == ["a", "a", "a", "a"])
    }
  }

  @Test func aJobWhoseVersionWasRemovedSaysSo() async throws {
    let folders = ModelFolders()
    for name in ["a", "b"] { try folders.add(name) }
    try folders.store.promote("b")
    let service = try TestService(models: folders.counted())
    try await service.test { client in
      let draft = try await service.board.draft()
      let upload = BatchUpload(
        spool: try ArchiveJobUpload.spool(in: draft.input),
        files: [.init(name: "boot.png", offset: 0, count: 0)])
      try await ArchiveJobUpload.save(upload, in: draft.input)
      let parameters = #"""
        {"engine":"onnx","model":"c","top_k":1,"preprocess":"auto","files":[],"file_count":1,"bytes":0}
        """#
      let job = try await service.board.submit(
        draft, kind: .archive, parameters: EncodedJSON(encoded: parameters),
        owner: "somebody")
      let ended = try await service.working {
        while try await service.board.store.job(id: job.id)?.state.isEnd != true {
          try Task.checkCancellation()
          await Task.yield()
        }
        return try await service.board.store.job(id: job.id)
      }
      #expect(ended?.state == .failed)
      #expect(ended?.failure?.message == "there is no model version of that name")
    }
  }

  @Test func anArchiveThatIsCutShortFailsWithWhatCameBefore() async throws {
    let service = try TestService()
    let archive = try await Sample.archive(pictures: 20)
    try await service.test { client in
      let id = try await submit(client, Array(archive.prefix(archive.count / 4))).id
      let ended = try await service.working { try await finished(client, id) }
      #expect(ended.state == "failed")
      #expect(ended.error?.code == "invalid_archive")
      let lines = try await results(client, id)
      #expect(!lines.isEmpty && lines.allSatisfy { $0.error == nil })
      #expect(try await service.store.counts().total == lines.count)
    }
  }

  @Test(arguments: [
    ("/jobs", "multipart/form-data; boundary=boundary", "no picture", 400, "invalid_picture"),
    (
      "/jobs", "multipart/form-data; boundary=boundary", "PK\u{3}\u{4} none", 400, "invalid_archive"
    ),
    ("/jobs", "multipart/form-data", "", 400, "invalid_request"),
    ("/jobs", "text/plain", "hello", 415, "unsupported_type"),
    ("/jobs", "application/zip", String(repeating: "x", count: 5_000), 413, "too_large"),
    ("/jobs?engine=abacus", "application/zip", "", 422, "invalid_parameter"),
    ("/jobs?top_k=0", "application/zip", "", 422, "invalid_parameter"),
  ])
  func whatIsNoUploadLeavesNothingBehind(
    uri: String, type: String, content: String, status: Int, code: String
  ) async throws {
    let service = try TestService { $0.uploadLimit = 4_000 }
    try await service.test { client in
      let body =
        type.contains("boundary") ? Sample.form(Array(content.utf8)) : ByteBuffer(string: content)
      let response = try await client.execute(
        uri: uri, method: .post,
        headers: [.contentType: type, .apiKey: TestService.predictKey], body: body)
      #expect(Int(response.status.code) == status)
      #expect(response.errorCode == code)
      let page = try await service.board.store.page(
        matching: JobFilter(), after: nil, limit: 10)
      #expect(page.jobs.isEmpty)
      let folders = try? FileManager.default.contentsOfDirectory(
        atPath: service.board.folders.directory.path)
      #expect(folders ?? [] == [])
    }
  }

  @Test func eachKeySeesWhatItMay() async throws {
    let service = try TestService(
      keys: KeyList.parse("mine:predict,theirs:predict,reads:read,admin:admin"))
    try await service.test { client in
      let response = try await client.execute(
        uri: "/jobs", method: .post, headers: Sample.headers(key: "mine"),
        body: Sample.form(Sample.png(level: 3)))
      let id = try ReceivedJob(response).id
      let other = try await service.board.submit(
        try await service.board.draft(), kind: JobKind(rawValue: "training"),
        parameters: .emptyObject, owner: "somebody")
      for (key, seen) in [
        ("mine", [id]), ("theirs", []), ("reads", [id]), ("admin", [other.id, id]),
      ] {
        let list = try await client.execute(uri: "/jobs", method: .get, headers: headers(key))
        #expect(try ReceivedJobs(list).jobs.map(\.id) == seen)
        for job in [id, other.id] {
          for path in ["", "/events", "/results"] where path != "/events" || !seen.contains(job) {
            let one = try await client.execute(
              uri: "/jobs/\(job)\(path)", method: .get, headers: headers(key))
            #expect(one.status == (seen.contains(job) ? .ok : .notFound))
          }
        }
      }
      for (key, status) in [
        ("theirs", HTTPResponse.Status.notFound), ("reads", .forbidden), ("mine", .ok),
        ("admin", .noContent), ("admin", .notFound),
      ] {
        let response = try await client.execute(
          uri: "/jobs/\(id)", method: .delete, headers: headers(key))
        #expect(response.status == status)
      }
    }
  }

  @Test func listsPageByPage() async throws {
    let service = try TestService()
    try await service.test { client in
      var ids: [String] = []
      for _ in 0..<3 { ids.insert(try await submit(client, Sample.png(level: 3)).id, at: 0) }
      _ = try await client.execute(uri: "/jobs/\(ids[1])", method: .delete, headers: headers())
      func list(_ query: String) async throws -> ReceivedJobs {
        try ReceivedJobs(
          await client.execute(uri: "/jobs?\(query)", method: .get, headers: headers()))
      }
      let first = try await list("limit=2")
      #expect(first.jobs.map(\.id) == Array(ids[..<2]))
      let second = try await list("limit=2&cursor=\(try #require(first.next_cursor))")
      #expect(second.jobs.map(\.id) == [ids[2]])
      #expect(second.next_cursor == nil)
      #expect(try await list("state=cancelled").jobs.map(\.id) == [ids[1]])
      #expect(try await list("kind=archive&state=queued").jobs.map(\.id) == [ids[0], ids[2]])
      #expect(try await list("kind=training").jobs.isEmpty)
      for query in ["limit=0", "state=done", "kind=A", "cursor=x"] {
        let response = try await client.execute(
          uri: "/jobs?\(query)", method: .get, headers: headers())
        #expect(response.errorCode == "invalid_parameter")
      }
    }
  }

  @Test func aRunningJobIsCancelledAndKeepsWhatItHas() async throws {
    let gate = Gate()
    let service = try Self.service(gate)
    let archive = try await Sample.archive(pictures: 40)
    try await service.test { client in
      let id = try await submit(client, archive).id
      try await service.working {
        gate.open(for: Self.pictures)
        while try await results(client, id).count < Self.pictures { await Task.yield() }
        await gate.waitForArrival()
        let response = try await client.execute(
          uri: "/jobs/\(id)", method: .delete, headers: headers())
        #expect(response.status == .accepted)
        #expect(try ReceivedJob(response).cancellation_requested)
        gate.open(for: 100)
        let ended = try await finished(client, id)
        #expect(ended.state == "cancelled")
        let count = try await results(client, id).count
        #expect(count >= Self.pictures)
        #expect(ended.progress.done == count)
      }
      let removed = try await client.execute(
        uri: "/jobs/\(id)", method: .delete, headers: headers())
      #expect(removed.status == .noContent)
    }
  }

  @Test func nothingIsWrittenThatIsNotStored() async throws {
    let service = try TestService(store: FailingStore())
    try await service.test { client in
      let id = try await submit(client, Sample.png(level: 3)).id
      _ = try await service.working {
        let first = try await service.board.store.job(id: id)
        #expect(first?.state == .queued || first?.state == .running)
        return try await client.execute(
          uri: "/jobs/\(id)", method: .delete, headers: headers())
      }
      #expect(try await results(client, id).isEmpty)
    }
  }

  @Test func everythingWorksUnderTheSessionOfAPage() async throws {
    let service = try TestService()
    try await service.testWeb { client in
      let page = try await SignedIn(client)
      let response = try await client.execute(
        uri: "/api/jobs", method: .post, headers: page.headers(),
        body: Sample.form(Sample.png(level: 3)))
      #expect(response.status == .accepted)
      let id = try ReceivedJob(response).id
      #expect(response.headers[.location] == "/api/jobs/\(id)")
      let cancelled = try await client.execute(
        uri: "/api/jobs/\(id)", method: .delete, headers: page.headers())
      #expect(cancelled.status == .ok)
      let events = try await client.execute(
        uri: "/api/jobs/\(id)/events", method: .get, headers: page.headers())
      #expect(events.text.contains("event: end"))
    }
  }
}
