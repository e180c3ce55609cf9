import DequeModule
import NIOCore
import NIOHTTP1

/// Answers callers of HTTP/1.0 in their protocol (RFC 9112, sections 6.1 and 9.3): a body without a known
/// length ends with the connection instead of coming in chunks, which they cannot read, and every
/// connection ends after its answer. Callers of HTTP/1.1 who say that a request is their last one get the same
/// end (RFC 9112, section 9.6), however they write it.
final class OlderProtocolHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What the answer to a request has to heed.
  private struct Caller {
    /// Whether it speaks HTTP/1.0.
    let isOlder: Bool
    /// Whether the connection ends after the answer.
    let isLeaving: Bool
  }

  /// The callers of the requests that are not answered yet.
  private var callers: Deque<Caller> = []

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      context.fireChannelRead(data)
      return
    }
    let isOlder = head.version == .http1_0
    let isLeaving = isOlder || !head.isKeepAlive
    callers.append(Caller(isOlder: isOlder, isLeaving: isLeaving))
    if isLeaving {
      // Whoever serves the connection ends it after the answer to such a request, and to no other.
      head.headers.replaceOrAdd(name: "Connection", value: "close")
    }
    if isOlder {
      // Such a caller knows no answer before the answer (RFC 9110, section 10.1.1).
      head.headers.remove(name: "Expect")
      // Only newer ones have to name the host, and may leave the name empty (RFC 9112, section 3.2).
      if !head.headers.contains(name: "Host") { head.headers.add(name: "Host", value: "") }
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where callers.first?.isLeaving == true && head.status != .continue:
      if callers.first?.isOlder == true { head.version = .http1_0 }
      head.headers.replaceOrAdd(name: "Connection", value: "close")
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end:
      _ = callers.popFirst()
      context.write(data, promise: promise)
    default:
      context.write(data, promise: promise)
    }
  }
}
