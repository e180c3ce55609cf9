import Synchronization
public import Tracing

/// A span, which goes to the exporter when it ends.
public final class RecordedSpan: Span {
  struct Content: Sendable {
    var name: String
    var attributes: SpanAttributes = [:]
    var events: [SpanEvent] = []
    var links: [(trace: TraceContext, attributes: SpanAttributes)] = []
    var status: SpanStatus?
    var hasEnded = false
  }

  /// The context with this span's place.
  public let context: InstrumentationContext
  let trace: TraceContext
  let kind: SpanKind
  /// Nanoseconds since 1970.
  let start: UInt64
  private let content: Mutex<Content>
  private let exporter: SpanExporter?

  /// - Parameter exporter: Takes the finished span; `nil` when it is not recorded.
  init(
    _ name: String, context: InstrumentationContext, trace: TraceContext, kind: SpanKind,
    start: UInt64, exporter: SpanExporter?
  ) {
    var context = context
    context.trace = trace
    context.plannedTrace = nil
    self.context = context
    self.trace = trace
    self.kind = kind
    self.start = start
    self.exporter = exporter
    content = Mutex(Content(name: name))
  }

  /// Whether what is said of it is kept.
  public var isRecording: Bool { exporter != nil && !content.withLock(\.hasEnded) }

  /// Its name.
  public var operationName: String {
    get { content.withLock(\.name) }
    set { change { $0.name = newValue } }
  }

  /// What is said of it.
  public var attributes: SpanAttributes {
    get { content.withLock(\.attributes) }
    set { change { $0.attributes = newValue } }
  }

  /// Says how it ended.
  public func setStatus(_ status: SpanStatus) { change { $0.status = status } }

  /// Says what happened meanwhile.
  public func addEvent(_ event: SpanEvent) { change { $0.events.append(event) } }

  /// Says what failed meanwhile.
  public func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    var attributes = attributes
    attributes["exception.type"] = String(describing: type(of: error))
    attributes["exception.message"] = String(describing: error)
    addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
  }

  /// Names a span that it has to do with.
  public func addLink(_ link: SpanLink) {
    guard let trace = link.context.trace else { return }
    change { $0.links.append((trace, link.attributes)) }
  }

  /// Ends it.
  public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    let ended: Content? = content.withLock { content in
      guard !content.hasEnded else { return nil }
      content.hasEnded = true
      return content
    }
    guard let ended, let exporter else { return }
    exporter.add(
      FinishedSpan(
        trace: trace, kind: kind, start: start, end: instant().nanosecondsSinceEpoch,
        content: ended))
  }

  private func change(_ change: (inout Content) -> Void) {
    guard exporter != nil else { return }
    content.withLock { content in
      if !content.hasEnded { change(&content) }
    }
  }
}

/// A span that has ended.
struct FinishedSpan: Sendable {
  let trace: TraceContext
  let kind: SpanKind
  /// Nanoseconds since 1970.
  let start: UInt64
  /// Nanoseconds since 1970.
  let end: UInt64
  let content: RecordedSpan.Content
}
