import Foundation
import HummingbirdTesting
import Logging
import Monitoring
import Records
import Synchronization
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct SummaryFeedTests {
  private func summaries(_ service: TestService) -> SummaryService {
    SummaryService(
      store: service.store, traffic: TrafficLog(), servedVersion: { ("test-version", []) },
      references: { _ in nil }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func feed(_ service: TestService, lifetime: Duration = .seconds(900)) -> SummaryFeed {
    SummaryFeed(summaries(service), interval: .milliseconds(20), lifetime: lifetime)
  }

  @Test func onlySomeSummariesAreKept() async throws {
    let service = try TestService()
    let summaries = summaries(service)
    for number in 0..<SummaryService.limit + 9 {
      _ = try await summaries.summary(SummaryQuery(modelVersion: "v\(number)"))
      #expect(await summaries.count <= SummaryService.limit)
    }
    withExtendedLifetime(service) {}
  }

  @Test func allWhoWatchTheSameShareIt() async throws {
    let service = try TestService()
    let feed = feed(service)
    let day = SummaryQuery(window: .day)
    let watchers = [feed.watch(SummaryQuery()), feed.watch(SummaryQuery()), feed.watch(day)]
    #expect((feed.watcherCount, feed.channelCount) == (3, 2))
    for (watcher, window) in zip(watchers, ["1h", "1h", "1d"]) {
      var count = 0
      for await event in watcher.stream {
        #expect(event.name == "summary")
        #expect(event.data.hasPrefix(#"{"window":"\#(window)","#))
        count += 1
        if count == 3 { break }
      }
    }
    watchers[0].continuation.finish()
    #expect((feed.watcherCount, feed.channelCount) == (2, 2))
    watchers[2].continuation.finish()
    #expect((feed.watcherCount, feed.channelCount) == (1, 1))
    watchers[1].continuation.finish()
    #expect((feed.watcherCount, feed.channelCount) == (0, 0))
  }

  @Test func endsForGood() async throws {
    let service = try TestService()
    let feed = feed(service)
    let watcher = feed.watch(SummaryQuery())
    feed.end()
    for await _ in watcher.stream {}
    #expect(feed.watcherCount == 0)
    for await _ in feed.watch(SummaryQuery()).stream { Issue.record("an event after the end") }
    #expect(throws: APIError.self) { try feed.checkPlace(for: SummaryQuery()) }
  }

  @Test func asksForTheKeyAgain() async throws {
    let service = try TestService()
    let feed = feed(service, lifetime: .zero)
    var count = 0
    for await _ in feed.watch(SummaryQuery()).stream { count += 1 }
    #expect(count == 1)
  }

  @Test func onlySomeSummariesAreWatchedAtOnce() throws {
    let service = try TestService()
    let feed = feed(service)
    let queries = (0..<32).map { SummaryQuery(modelVersion: "v\($0)") }
    let watchers = try queries.map { query in
      try feed.checkPlace(for: query)
      return feed.watch(query)
    }
    #expect(throws: APIError.self) { try feed.checkPlace(for: SummaryQuery()) }
    try feed.checkPlace(for: queries[0])
    for watcher in watchers { watcher.continuation.finish() }
    try feed.checkPlace(for: SummaryQuery())
  }

  private static let request = """
    GET /metrics/events?window=5m HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
    X-API-Key: \(TestService.readKey)\r\n\r\n
    """

  /// Waits until somebody, or nobody, watches.
  private func wait(until isWatched: Bool, _ feed: SummaryFeed) async {
    while (feed.watcherCount > 0) != isWatched { await Task.yield() }
  }

  @Test func aServerThatDrainsEndsItsStreams() async throws {
    let service = try TestService()
    try await service.test(.live) { client in
      let connection = try RawConnection(port: try #require(client.port))
      connection.send(Self.request)
      async let answer = connection.readToEnd()
      await wait(until: true, service.components.feed)
      service.components.readiness.drain()
      let text = await answer
      #expect(text.hasPrefix("HTTP/1.1 200 OK"))
      #expect(text.contains("text/event-stream"))
      #expect(text.contains("retry: 2000\n\n"))
      #expect(text.hasSuffix("0\r\n\r\n"))
      connection.send(Self.request)
    }
  }

  @Test func aCallerThatLeavesIsNoticed() async throws {
    let service = try TestService()
    try await service.test(.live) { client in
      var connection: RawConnection? = try RawConnection(port: try #require(client.port))
      connection?.send(Self.request)
      await wait(until: true, service.components.feed)
      connection = nil
      await wait(until: false, service.components.feed)
      #expect(service.components.feed.channelCount == 0)
    }
  }
}
