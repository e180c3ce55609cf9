import DequeModule
import NIOCore
import NIOHTTP1

/// Answers callers of HTTP/1.0 in their protocol (RFC 9112, sections 6.1 and 9.3): a body without a known
/// length ends with the connection instead of coming in chunks, which they cannot read, and every
/// connection ends after its answer.
final class OlderProtocolHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Of each request that is not answered yet, whether it is one of HTTP/1.0.
  private var areOlder: Deque<Bool> = []

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      context.fireChannelRead(data)
      return
    }
    let isOlder = head.version == .http1_0
    areOlder.append(isOlder)
    if isOlder {
      // Whoever serves the connection ends it after the answer to such a request.
      head.headers.replaceOrAdd(name: "Connection", value: "close")
      // Such a caller knows no answer before the answer (RFC 9110, section 10.1.1).
      head.headers.remove(name: "Expect")
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where areOlder.first == true:
      head.version = .http1_0
      head.headers.replaceOrAdd(name: "Connection", value: "close")
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end:
      _ = areOlder.popFirst()
      context.write(data, promise: promise)
    default:
      context.write(data, promise: promise)
    }
  }
}
