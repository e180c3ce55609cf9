import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import NIOCore
import NIOPosix
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct EventLoopExecutorTests {
  @Test func runsTasksOnItsLoopUntilTheyPreferAnother() async {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    await withTaskExecutorPreference(EventLoopExecutor(loop)) {
      #expect(loop.inEventLoop)
      await Task.yield()
      #expect(loop.inEventLoop)
      await withTaskExecutorPreference(globalConcurrentExecutor) { #expect(!loop.inEventLoop) }
      #expect(loop.inEventLoop)
    }
    #expect(!loop.inEventLoop)
  }

  /// Only handlers that say so run on the loop of their connection; what is streamed never does.
  @Test func handlersRunInTheirPlaces() async throws {
    let endpoints = [Endpoint.Place.eventLoop, .sharedThreads].map { place in
      Endpoint(.get, "/\(place)", statuses: [200], place: place) { _, context in
        let isInLoop = context.channel.eventLoop.inEventLoop
        return Response(
          status: .ok,
          body: .streamed { writer in
            let isStreamedInLoop = context.channel.eventLoop.inEventLoop
            try await writer.write(ByteBuffer(string: "\(isInLoop) \(isStreamedInLoop)"))
            try await writer.finish(nil)
          })
      }
    }
    let router = Router(context: ServiceContext.self)
    for endpoint in endpoints {
      router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
        try await endpoint.answer(request, context, with: endpoint.handler)
      }
    }
    let application = Application(
      router: router,
      server: HTTPServerBuilder { ConnectionChannel(base: HTTP1Channel(responder: $0)) },
      configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    try await application.test(.live) { client in
      for (path, expected) in [("/eventLoop", "true false"), ("/sharedThreads", "false false")] {
        try await client.execute(uri: path, method: .get) { response in
          #expect(String(buffer: response.body) == expected)
        }
      }
    }
  }
}
