import DequeModule
import NIOCore
import NIOHTTP1

/// Lets answers and connections end as their callers expect.
///
/// - Callers of HTTP/1.0 are answered in their protocol (RFC 9112, sections 6.1 and 9.3): a body without a
///   known length ends with the connection instead of coming in chunks, which they cannot read, and every
///   connection ends after its answer.
/// - So does that of a caller who says so, in whatever case, or in a list (section 9.6).
/// - An answer to `HEAD` ends with its head (section 6.3). What writes answers as bytes does not know what was
///   asked, and would end a body in chunks.
final class AnswerEndHandler: ChannelDuplexHandler {
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
    /// Whether it wants the head alone.
    let wantsHead: Bool
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
    callers.append(
      Caller(isOlder: isOlder, isLeaving: isLeaving, wantsHead: head.method == .HEAD))
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
    case .body where callers.first?.wantsHead == true:
      promise?.succeed()
    case .end:
      if callers.popFirst()?.wantsHead == true {
        promise?.succeed()
      } else {
        context.write(data, promise: promise)
      }
    default:
      context.write(data, promise: promise)
    }
  }
}
