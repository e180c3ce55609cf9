import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Jobs
import Logging
import NIOCore
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct JobEventTests {
  /// An event as a browser reads it.
  private struct Event: Equatable {
    var name = ""
    var id: String?
    var data = ""

    static func all(in text: String) -> [Event] {
      text.components(separatedBy: "\n\n").compactMap { block in
        var event = Event()
        for line in block.split(separator: "\n") {
          let parts = line.split(separator: ":", maxSplits: 1).map {
            $0.trimmingCharacters(in: .whitespaces)
          }
          guard parts.count == 2 else { continue }
          switch parts[0] {
          case "event": event.name = parts[1]
          case "id": event.id = parts[1]
          case "data": event.data += parts[1]
          default: break
          }
        }
        return event.name.isEmpty ? nil : event
      }
    }
  }

  private func submit(_ service: TestService, _ client: any TestClientProtocol) async throws
    -> String
  {
    let response = try await client.execute(
      uri: "/jobs", method: .post, headers: Sample.headers(),
      body: Sample.form(Sample.png(level: 3)))
    return try ReceivedJob(response).id
  }

  private func events(
    _ client: any TestClientProtocol, _ id: String, after last: String? = nil
  ) async throws -> TestResponse {
    var headers: HTTPFields = [.apiKey: TestService.predictKey]
    headers[.lastEventID] = last
    return try await client.execute(uri: "/jobs/\(id)/events", method: .get, headers: headers)
  }

  @Test func toldFromTheBeginningToTheEnd() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await submit(service, client)
      let response = try await service.working { try await events(client, id) }
      #expect(response.headers[.contentType]?.hasPrefix("text/event-stream") == true)
      let told = Event.all(in: response.text)
      let kept = told.filter { $0.id != nil }
      #expect(kept.map(\.name) == ["state", "state", "state"])
      #expect(kept.map(\.id) == ["1", "2", "3"])
      #expect(kept[0].data.contains(#""data":{"attempt":0,"state":"queued"}"#))
      #expect(kept[2].data.contains(#""state":"succeeded""#))
      #expect(told.last?.name == "end")
      #expect(told.filter { $0.id == nil }.allSatisfy { ["progress", "end"].contains($0.name) })

      // Who was cut off goes on; who has all is told so.
      let rest = Event.all(in: try await events(client, id, after: "2").text)
      #expect(rest.map(\.id) == ["3", nil])
      #expect(try await events(client, id, after: "3").status == .noContent)
      #expect(try await events(client, id, after: "x").errorCode == "invalid_parameter")
    }
  }

  @Test func eventsOfHandlersAreTold() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await submit(service, client)
      let claim = try await service.board.store.claim(
        id, kind: .archive, for: "test", lease: .seconds(600), dead: [])
      let context = JobContext(folder: service.folder, attempt: 1, checkpoint: nil) { changes in
        _ = try await service.board.store.renew(
          #require(claim), lease: .seconds(600), storing: changes)
      }
      context.append("epoch", try EncodedJSON(["loss": 0.5]))
      try await context.flush()
      _ = try await service.board.store.end(
        #require(claim), with: .cancelled, storing: JobChanges())
      let told = Event.all(in: try await events(client, id).text)
      #expect(told.contains { $0.name == "epoch" && $0.data.contains(#""data":{"loss":0.5}"#) })
      #expect(told.map(\.id) == ["1", "2", "3", "4", nil])
    }
  }

  @Test func onlySomeMayWatchAtOnce() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await submit(service, client)
      let feed = JobEventFeed(
        store: service.board.store, logger: Logger(label: "test"), watcherLimit: 2)
      let watchers = (0..<2).map { _ in feed.events(ofJob: id, after: 0) }
      let refusal = #expect(throws: APIError.self) { try feed.checkPlace() }
      #expect(refusal?.status == .serviceUnavailable)
      watchers[0].continuation.finish()
      while feed.watcherCount == 2 { await Task.yield() }
      try feed.checkPlace()
      feed.end()
      for await _ in watchers[1].stream {}
    }
  }

  /// Whoever goes on asks again, and needs a key that is still one.
  @Test func streamsEndAfterATime() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await submit(service, client)
      let feed = JobEventFeed(
        store: service.board.store, logger: Logger(label: "test"), lifetime: .milliseconds(10))
      var names: [String?] = []
      for await event in feed.events(ofJob: id, after: 0).stream { names.append(event.name) }
      #expect(names.last == "progress")
    }
  }

  @Test func streamsEndWhenTheServiceStops() async throws {
    let service = try TestService()
    try await service.test { client in
      let id = try await submit(service, client)
      async let watched = events(client, id)
      service.components.readiness.drain()
      let told = Event.all(in: try await watched.text)
      // The job is not over, and the caller is not told that it is.
      #expect(!told.contains { $0.name == "end" })
    }
  }

  @Test func aCallerThatLeavesIsNoticed() async throws {
    let service = try TestService()
    try await service.test(.live) { client in
      let id = try await submit(service, client)
      let port = try #require(client.port)
      let connection = try RawConnection(port: port)
      connection.send(
        "GET /jobs/\(id)/events HTTP/1.1\r\nHost: x\r\nX-API-Key: \(TestService.predictKey)\r\n\r\n"
      )
      while service.components.jobEvents.watcherCount == 0 { await Task.yield() }
      connection.finishSending()
      while service.components.jobEvents.watcherCount > 0 { await Task.yield() }
      let text = await connection.readToEnd()
      #expect(text.hasPrefix("HTTP/1.1 200 OK"))
      #expect(!text.contains("event: end"))
    }
  }
}
