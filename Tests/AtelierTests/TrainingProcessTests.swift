import Classification
import Dataset
import Foundation
import Glibc
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Records
import Subprocess
import Testing

/// Training jobs that are cancelled, killed and left without room, at each stage, with the built program.
@Suite(.serialized, .timeLimit(.minutes(15))) struct TrainingProcessTests {
  /// Where a job stands while it waits, and the phases that it tells of.
  static let stages = ["queued", "reading", "training", "writing", "judging", "promoting"]

  /// What there is to know of a job.
  private struct Report: Decodable {
    struct Detail: Decodable { let phase: String? }
    struct Progress: Decodable {
      let done: Int
      let total: Int?
      let detail: Detail?
    }
    struct Outcome: Decodable {
      let version: String
      let promoted: Bool
    }
    struct Failure: Decodable { let code: String }
    let state: String
    let attempt: Int
    let progress: Progress
    let result: Outcome?
    let error: Failure?

    var isOver: Bool { !["queued", "running"].contains(state) }
    var stage: String { state == "queued" ? state : progress.detail?.phase ?? "" }

    /// How far along ``TrainingProcessTests/stages`` it is.
    var place: Int { TrainingProcessTests.stages.firstIndex(of: stage) ?? 0 }
    var hasTrained: Bool {
      isOver || place > 2 || stage == "training" && progress.done == progress.total
    }
  }

  private struct Models: Decodable {
    struct Version: Decodable { let version: String }
    let current: String
    let models: [Version]
  }

  private func submit(to server: RunningServer, epochs: Int) async throws -> String {
    let body = """
      {"source":"labels","mix":"none","from":"scratch","epochs":\(epochs),"promote":"always"}
      """
    let response = try await TestClient.withClient(host: "127.0.0.1", port: server.port) { client in
      try await client.execute(
        .init(
          "/training", method: .post, authority: "localhost",
          headers: [
            .contentType: "application/json",
            try #require(.init("X-API-Key")): RunningServer.key,
          ], body: ByteBuffer(string: body)))
    }
    let text = response.body.map { String(buffer: $0) } ?? ""
    #expect(response.status == .accepted, "\(text)")
    return String(try #require(text.firstMatch(of: #/"id":"([^"]+)"/#)).output.1)
  }

  private func report(of id: String, on server: RunningServer) async throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(try await server.get("/jobs/\(id)").utf8))
  }

  private func models(on server: RunningServer) async throws -> Models {
    try JSONDecoder().decode(Models.self, from: Data(try await server.get("/models").utf8))
  }

  /// Waits until a job has come to a stage, or is over.
  private func reach(_ stage: String, _ id: String, on server: RunningServer) async throws {
    let place = Self.stages.firstIndex(of: stage) ?? 0
    if place > 2 {
      try await server.follow(id) { event, data in
        guard event == "progress" || event == "end" else { return false }
        return try JSONDecoder().decode(Report.self, from: Data(data.utf8)).hasTrained
      }
    }
    // What comes after training is over too soon for its events.
    while case let now = try await report(of: id, on: server), !now.isOver, now.place < place {
      await Task.yield()
    }
  }

  private func end(of id: String, on server: RunningServer) async throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(try await server.end(of: id).utf8))
  }

  /// A job that ends is either done as a whole, or has changed nothing that is served.
  private func check(
    _ report: Report, on server: RunningServer, before: Models
  ) async throws {
    let after = try await models(on: server)
    let added = Set(after.models.map(\.version)).subtracting(before.models.map(\.version))
    if report.state == "succeeded" {
      let result = try #require(report.result)
      #expect(result.promoted)
      #expect(added == [result.version])
      #expect(after.current == result.version)
    } else {
      #expect(after.current == before.current)
      #expect(added.count <= 1)
    }
    let answer = try await server.send(.get, "/health/ready")
    #expect(answer.status == 200)
  }

  @Test(arguments: stages)
  func goesOnAfterTheServerWasKilled(at stage: String) async throws {
    try await withTemporaryDirectory { home in
      try await LabelledHome.fill(home, count: 120)
      let ((id, before), _) = try await RunningServer.run(home: home) { server in
        let before = try await models(on: server)
        let id = try await submit(to: server, epochs: 4)
        try await reach(stage, id, on: server)
        server.stop(SIGKILL)
        return (id, before)
      }
      let (_, status) = try await RunningServer.run(home: home) { server in
        let report = try await end(of: id, on: server)
        #expect(report.state == "succeeded")
        try await check(report, on: server, before: before)
        server.stop(SIGTERM)
      }
      #expect(status == .exited(0))
    }
  }

  @Test(arguments: stages)
  func isCancelled(at stage: String) async throws {
    try await withTemporaryDirectory { home in
      try await LabelledHome.fill(home, count: 120)
      let (_, status) = try await RunningServer.run(home: home) { server in
        let before = try await models(on: server)
        // Too many to be done before the request to stop comes.
        let id = try await submit(to: server, epochs: stage == "training" ? 500 : 2)
        try await reach(stage, id, on: server)
        let answer = try await server.send(.delete, "/jobs/\(id)")
        #expect([200, 202, 204].contains(answer.status), "\(answer.text)")
        if answer.status != 204 {
          let report = try await end(of: id, on: server)
          if stage == "training" { #expect(report.state == "cancelled") }
          #expect(["cancelled", "succeeded"].contains(report.state))
          try await check(report, on: server, before: before)
        }
        server.stop(SIGTERM)
      }
      #expect(status == .exited(0))
    }
  }

  /// A server whose folder of jobs is a small disk, and nearly full.
  @Test(.enabled(if: SmallDisk.canMount), arguments: [true, false])
  func aJobForWhichThereIsNoRoomWaits(isRoomMade: Bool) async throws {
    try await withTemporaryDirectory { home in
      try await LabelledHome.fill(home, count: 120)
      let disk = home.appending(path: "jobs")
      let program = try SmallDisk.program(serving: disk, size: "16m", filled: "15m", in: home)
      let (_, status) = try await RunningServer.run(home: home, program: program) { server in
        let before = try await models(on: server)
        let id = try await submit(to: server, epochs: 2)
        while try await report(of: id, on: server).stage != "waiting" { await Task.yield() }
        if isRoomMade { try server.remove(SmallDisk.filling(of: disk)) }
        let last = try await end(of: id, on: server)
        #expect(last.state == (isRoomMade ? "succeeded" : "failed"))
        #expect(last.error?.code == (isRoomMade ? nil : "storage_full"))
        #expect(last.attempt == 1)
        try await check(last, on: server, before: before)
        server.stop(SIGTERM)
      }
      #expect(status == .exited(0))
    }
  }
}
