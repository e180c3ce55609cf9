import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Keeps one connection within bounds, whatever its caller does.
///
/// - A request has to be read within a time, however slowly its bytes trickle in; else its caller is told
///   so.
/// - When an answer leaves before the whole request was read (it was refused), the rest is read and
///   dropped for a short while, so that the caller can read the answer, and then the connection ends.
/// - `Expect: 100-continue` (RFC 9110, section 10.1.1) is answered, unless that would interrupt the answer to
///   the request before.
/// - What is not HTTP gets an answer that says so.
/// - When the caller closes its end, the connection's ``Connection`` is told.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum Progress {
    case idle
    case reading(deadline: NIODeadline)
    /// The answer is out, the rest of the request still comes.
    case dropping(deadline: NIODeadline)
  }

  private let connections: Connections
  private let connection = Connection()
  private let configuration: ServiceConfiguration
  /// What the paths of routes begin with that take uploads.
  private let uploadPaths: [String]
  private let logger: Logger
  private let lingerTimeout = TimeAmount.seconds(2)
  private var progress = Progress.idle
  private var requestsInFlight = 0
  /// Whether an answer has begun to leave.
  private var isAnswering = false
  /// Whether the request that is read was answered here: its route learns no more of it, and answers in vain.
  private var isRefused = false
  private var check: (task: Scheduled<Void>, deadline: NIODeadline)?

  init(
    connections: Connections, configuration: ServiceConfiguration, uploadPaths: [String],
    logger: Logger
  ) {
    self.connections = connections
    self.configuration = configuration
    self.uploadPaths = uploadPaths
    self.logger = logger
  }

  func handlerAdded(context: ChannelHandlerContext) {
    connections.add(connection, for: context.channel)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end(context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event { connection.close() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      requestsInFlight += 1
      let timeout = isUpload(head) ? configuration.uploadTimeout : configuration.requestTimeout
      wait(context, .reading(deadline: .now() + TimeAmount(timeout)))
      answerExpectation(of: head, context)
    case .body:
      break
    case .end:
      if case .dropping = progress {
        // The answer said that the connection ends.
        context.flush()
        context.close(promise: nil)
      }
      wait(context, .idle)
    }
    if !isRefused { context.fireChannelRead(data) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isRefused else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if isAnsweringWhatIsRead { head.headerFields[.connection] = "close" }
      isAnswering = true
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      if isAnsweringWhatIsRead {
        wait(context, .dropping(deadline: .now() + lingerTimeout))
      }
      requestsInFlight -= 1
      isAnswering = false
      context.write(data, promise: promise)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError, requestsInFlight == 0 else {
      context.fireErrorCaught(error)
      return
    }
    let isLarge = (error as? HTTPParserError) == .headerOverflow
    refuse(context, error: isLarge ? .headerTooLarge : .notHTTP)
    context.close(promise: nil)
  }

  /// Whether the answer that is written is one to the request that is still read, and not to one before it
  /// on the same connection.
  private var isAnsweringWhatIsRead: Bool {
    guard case .reading = progress else { return false }
    return requestsInFlight == 1
  }

  private func end(_ context: ChannelHandlerContext) {
    check?.task.cancel()
    check = nil
    connection.close()
    connections.remove(channel: context.channel)
  }

  private func isUpload(_ head: HTTPRequest) -> Bool {
    guard head.method == .post, let path = head.path else { return false }
    return uploadPaths.contains { path.hasPrefix($0) }
  }

  private func answerExpectation(of head: HTTPRequest, _ context: ChannelHandlerContext) {
    guard requestsInFlight == 1,
      head.headerFields.value(of: .expect)?.lowercased() == "100-continue"
    else { return }
    // A body that will be refused for its size is better not sent at all.
    let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
    let limit = isUpload(head) ? configuration.uploadLimit : configuration.bodyLimit
    guard length <= limit else { return }
    context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
  }

  /// Answers in the place of a route; the connection has to end then.
  private func refuse(_ context: ChannelHandlerContext, error: APIError) {
    let requestID = RequestIdentity.make()
    logger.info(
      "a request was refused",
      metadata: [
        "request_id": .string(requestID),
        "client": .string(context.remoteAddress?.ipAddress ?? ""),
        "status": .number(Int(error.status.code)), "code": .string(error.code.rawValue),
      ])
    let body = ByteBuffer(bytes: error.body(requestID: requestID).utf8)
    let head = HTTPResponse(
      status: error.status,
      headerFields: [
        .connection: "close", .contentType: "application/json; charset=utf-8",
        .contentLength: String(body.readableBytes), .requestID: requestID,
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func wait(_ context: ChannelHandlerContext, _ next: Progress) {
    progress = next
    switch next {
    case .idle: break
    case .reading(let deadline), .dropping(let deadline): schedule(context, at: deadline)
    }
  }

  /// One timer serves all requests of a connection: it looks at the deadline when it fires. Only one that
  /// would fire too late, such as that of an upload before, gives way to another.
  private func schedule(_ context: ChannelHandlerContext, at deadline: NIODeadline) {
    if let check {
      guard deadline < check.deadline else { return }
      check.task.cancel()
    }
    let eventLoop = context.eventLoop.assumeIsolated()
    let task: Scheduled<Void> = eventLoop.scheduleTask(deadline: deadline) {
      self.check = nil
      switch self.progress {
      case .idle: break
      case .reading(let deadline), .dropping(let deadline):
        if deadline <= .now() {
          self.giveUp(context)
        } else {
          self.schedule(context, at: deadline)
        }
      }
    }
    check = (task, deadline)
  }

  /// Ends the connection, a short while after an answer to the request that is still read if it has none
  /// yet: its caller may still be sending, and would lose the answer with the connection.
  private func giveUp(_ context: ChannelHandlerContext) {
    if isAnsweringWhatIsRead, !isAnswering {
      refuse(context, error: .requestTooSlow)
      isRefused = true
      wait(context, .dropping(deadline: .now() + lingerTimeout))
    } else {
      context.close(promise: nil)
    }
  }
}

extension APIError {
  static let headerTooLarge = APIError(
    status: .requestHeaderFieldsTooLarge, code: .tooLarge,
    message: "the header of the request is too large")

  static let requestTooSlow = APIError(
    status: .requestTimeout, code: .requestTimeout,
    message: "the request took too long to arrive; send less at once, or over a faster connection")

  static let notHTTP = APIError(
    status: .badRequest, code: .invalidRequest, message: "the request is not valid HTTP")
}
