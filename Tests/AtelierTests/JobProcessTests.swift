import Foundation
import Glibc
import HTTPTypes
import HummingbirdTesting
import Imaging
import Jobs
import NIOCore
import Records
import RedisSupport
import Subprocess
import SystemPackage
import Testing

/// Jobs while processes are killed, with the built program.
@Suite(.serialized, .timeLimit(.minutes(15))) struct JobProcessTests {
  private static let pictures = 1_000

  /// A tar archive of grey pictures, each of another level or size of file.
  private static let archive: [UInt8] = {
    var bytes: [UInt8] = []
    for index in 0..<pictures {
      let pixels = (0..<784).map { UInt8(truncatingIfNeeded: $0 / 3 + index) }
      bytes += TarFile.entry(
        name: "\(1_000 + index).png",
        content: PNGEncoder.encode(grey: pixels, width: 28, height: 28))
    }
    return bytes + [UInt8](repeating: 0, count: 1_024)
  }()

  private func upload(
    _ archive: [UInt8], to server: RunningServer
  ) async throws -> TestClient.Response {
    try await TestClient.withClient(host: "127.0.0.1", port: server.port) { client in
      try await client.execute(
        .init(
          "/jobs", method: .post, authority: "localhost",
          headers: [
            .contentType: "application/x-tar", try #require(.init("X-API-Key")): RunningServer.key,
          ], body: ByteBuffer(bytes: archive)))
    }
  }

  private func submit(to server: RunningServer) async throws -> String {
    let response = try await upload(Self.archive, to: server)
    #expect(response.status == .accepted)
    let text = response.body.map { String(buffer: $0) } ?? ""
    return String(try #require(text.firstMatch(of: #/"id":"([^"]+)"/#)).output.1)
  }

  /// Pictures of a job that are done, and whether it is over.
  private func progress(
    of id: String, on server: RunningServer
  ) async throws -> (done: Int, state: String) {
    let text = try await server.get("/jobs/\(id)")
    let done = try #require(text.firstMatch(of: #/"done":(\d+)/#)).output.1
    let state = try #require(text.firstMatch(of: #/"state":"([a-z]+)"/#)).output.1
    return (try #require(Int(done)), String(state))
  }

  /// Checks that each picture was stored once, and that the results say so.
  private func check(_ home: URL, _ id: String) async throws {
    let store = try SQLitePredictionStore(existing: home.appending(path: "atelier.db"))
    var (records, cursor): ([PredictionRecord], PredictionCursor?) = ([], nil)
    repeat {
      let page = try await store.page(matching: PredictionFilter(), after: cursor, limit: 200)
      records += page.records
      cursor = page.next
    } while cursor != nil
    try await store.close()
    #expect(records.map(\.filename).sorted() == (0..<Self.pictures).map { "\(1_000 + $0).png" })
    let file = home.appending(path: "jobs/\(id)/results.ndjson")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let ids = lines.compactMap { $0.firstMatch(of: #/"id":"([^"]+)"/#).map { String($0.output.1) } }
    #expect(ids == records.map(\.id).reversed())
  }

  @Test(arguments: [0, 1, 400])
  func goesOnAfterTheServerWasKilled(after count: Int) async throws {
    try await withTemporaryDirectory { home in
      let database = try await StuckDatabase(after: count, in: home)
      let (id, _) = try await RunningServer.run(home: home) { server in
        let id = try await submit(to: server)
        try await database.fill()
        server.stop(SIGKILL)
        return id
      }
      try await database.free()
      let (state, status) = try await RunningServer.run(home: home) { server in
        _ = try await server.end(of: id)
        let now = try await progress(of: id, on: server)
        server.stop(SIGTERM)
        return now.state
      }
      #expect(state == "succeeded")
      #expect(status == .exited(0))
      try await check(home, id)
    }
  }

  @Test func aServerCanLeaveJobsToWorkers() async throws {
    try await withTemporaryDirectory { home in
      let (id, _) = try await RunningServer.run(
        home: home, environment: ["ATELIER_JOBS": "workers"]
      ) { server in
        let id = try await submit(to: server)
        // Long enough for a server that did it to begin.
        for _ in 0..<200 { #expect(try await progress(of: id, on: server).state == "queued") }
        server.stop(SIGTERM)
        return id
      }
      let (state, _) = try await RunningServer.run(home: home) { server in
        _ = try await server.end(of: id)
        let now = try await progress(of: id, on: server)
        server.stop(SIGTERM)
        return now.state
      }
      #expect(state == "succeeded")
      try await check(home, id)
    }
  }

  @Test func anUploadThatIsCutOffByAKillLeavesNoJob() async throws {
    try await withTemporaryDirectory { home in
      _ = try await RunningServer.run(home: home) { server in
        let connection = try UnfinishedUpload(port: server.port, key: RunningServer.key)
        let folder = home.appending(path: "jobs").path
        func uploads() -> [String] {
          let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
          return names.filter { !$0.hasPrefix(".") }
        }
        while uploads().isEmpty { await Task.yield() }
        server.stop(SIGKILL)
        withExtendedLifetime(connection) {}
      }
      let (text, _) = try await RunningServer.run(home: home) { server in
        defer { server.stop(SIGTERM) }
        return try await server.get("/jobs")
      }
      #expect(text == #"{"jobs":[],"next_cursor":null}"#)
    }
  }

  @Test(.enabled(if: SmallDisk.canMount))
  func anUploadForWhichThereIsNoRoomLeavesNothingBehind() async throws {
    try await withTemporaryDirectory { home in
      let program = try SmallDisk.program(
        serving: home.appending(path: "jobs"), size: "64k", in: home)
      let (statuses, _) = try await RunningServer.run(home: home, program: program) { server in
        defer { server.stop(SIGTERM) }
        var statuses: [Int] = []
        // Large ones find no room; what is left of them would leave none for the small one.
        for archive in [Self.archive, Self.archive, Array(Self.archive.prefix(4_096))] {
          let response = try await upload(archive, to: server)
          statuses.append(Int(response.status.code))
          let text = response.body.map { String(buffer: $0) } ?? ""
          #expect(text.contains("storage_full") == (response.status.code == 507))
        }
        return statuses
      }
      #expect(statuses == [507, 507, 202])
    }
  }

  @Test func aWorkerGoesOnWhenTheServerIsKilled() async throws {
    let redis = try RedisServer()
    try await withTemporaryDirectory { home in
      let environment = ["REDIS_URL": "redis://127.0.0.1:\(redis.port)"]
      let database = try await StuckDatabase(after: 1, in: home)
      let (id, _) = try await RunningServer.run(home: home, environment: environment) { server in
        let id = try await submit(to: server)
        try await database.fill()
        server.stop(SIGKILL)
        return id
      }
      try await database.free()
      var variables: [Environment.Key: String?] = ["ATELIER_HOME": home.path]
      for (name, value) in environment { variables[.init(stringLiteral: name)] = value }
      let result = try await Subprocess.run(
        .path(Program.path), arguments: ["worker", "--engines", "onnx"],
        environment: .inherit.updating(variables), input: .none, output: .discarded,
        error: .sequence
      ) { execution in
        let records = try SQLitePredictionStore(existing: home.appending(path: "atelier.db"))
        let jobs = SQLiteJobStore(records)
        while try await jobs.job(id: id)?.state.isEnd != true { await Task.yield() }
        #expect(try await jobs.job(id: id)?.state == .succeeded)
        #expect(try await jobs.job(id: id)?.attempt == 2)
        try await records.close()
        kill(execution.processIdentifier.value, SIGTERM)
        var errors = ""
        for try await line in execution.standardError.strings() { errors += line + "\n" }
        return errors
      }
      #expect(result.terminationStatus == .exited(0))
      #expect(result.closureResult.contains("which is SQLite"))
      try await check(home, id)
    }
  }

  @Test func aWorkerNeedsARedisToShareWork() async throws {
    try await withTemporaryDirectory { home in
      let outcome = try await Program.run(
        "worker", "--home", home.path, "--engines", "onnx", environment: ["REDIS_URL": ""])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("redisUrl"))
      let misuse = try await Program.run("worker", "--home", home.path, "--engines", "abacus")
      #expect(misuse.status == 64)
      #expect(misuse.errors.contains("abacus"))
    }
  }

  @Test func jobsAreListedShownAndCancelled() async throws {
    try await withTemporaryDirectory { home in
      let records = try SQLitePredictionStore(file: home.appending(path: "atelier.db"))
      let store = SQLiteJobStore(records)
      let folders = JobFolders(directory: home.appending(path: "jobs"))
      let board = JobBoard(
        store: store, queue: DatabaseJobQueue(store: store, folders: folders), folders: folders)
      let job = try await board.submit(
        try await board.draft(), kind: JobKind(rawValue: "training"), parameters: .emptyObject,
        owner: "key-1")
      let environment = ["ATELIER_HOME": home.path, "REDIS_URL": "redis://127.0.0.1:1"]
      func run(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(["jobs"] + arguments, environment: environment)
      }
      #expect(try await run("list").output.contains(job.id))
      #expect(try await run("list", "--state", "running", "--json").output == "")
      #expect(try await run("cancel", job.id).errors.contains("is cancelled"))
      #expect(try await run("show", job.id).output.contains(#""state":"cancelled""#))
      #expect(try await run("show", "none").status == 1)
      try await records.close()
    }
  }
}

/// A request whose body never ends.
private final class UnfinishedUpload: Sendable {
  private let descriptor: Int32

  init(port: Int, key: String) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(status == 0)
    let head =
      "POST /jobs HTTP/1.1\r\nHost: x\r\nX-API-Key: \(key)\r\nContent-Type: application/zip\r\n"
      + "Content-Length: 100000\r\n\r\n"
    let bytes = Array(head.utf8) + [UInt8](repeating: 1, count: 5_000)
    try #require(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
  }

  deinit { close(descriptor) }
}

/// The ustar format (POSIX.1-1988), as far as a test needs it.
enum TarFile {
  static func entry(name: String, content: [UInt8]) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ value: Int, digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put("0000644\0" + "0000000\0" + "0000000\0", at: 100)
    put(octal(content.count, digits: 11) + " " + octal(0, digits: 11) + " ", at: 124)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
    return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
