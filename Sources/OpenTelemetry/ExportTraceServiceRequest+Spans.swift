import Foundation
import Hexadecimal
import SwiftProtobuf
import Tracing

extension Otlp_ExportTraceServiceRequest {
  /// Describes spans of one service.
  init(_ spans: [FinishedSpan], resource attributes: [String: String]) {
    resourceSpans = [
      .with {
        $0.resource.attributes = attributes.sorted { $0.key < $1.key }.map {
          .init($0.key, .string($0.value))
        }
        $0.scopeSpans = [
          .with {
            $0.scope.name = "atelier"
            $0.spans = spans.map { .init($0) }
          }
        ]
      }
    ]
  }
}

extension Otlp_Span {
  init(_ span: FinishedSpan) {
    traceID = Data(hexadecimal: span.trace.traceID)
    spanID = Data(hexadecimal: span.trace.spanID)
    parentSpanID = span.trace.parentSpanID.map { Data(hexadecimal: $0) } ?? Data()
    flags = UInt32(span.trace.flags, radix: 16) ?? 0
    name = span.content.name
    kind =
      switch span.kind {
      case .server: .server
      case .client: .client
      case .producer: .producer
      case .consumer: .consumer
      case .internal: .internal
      }
    startTimeUnixNano = span.start
    endTimeUnixNano = max(span.start, span.end)
    attributes = .init(span.content.attributes)
    events = span.content.events.map { event in
      .with {
        $0.timeUnixNano = event.nanosecondsSinceEpoch
        $0.name = event.name
        $0.attributes = .init(event.attributes)
      }
    }
    links = span.content.links.map { link in
      .with {
        $0.traceID = Data(hexadecimal: link.trace.traceID)
        $0.spanID = Data(hexadecimal: link.trace.spanID)
        $0.attributes = .init(link.attributes)
      }
    }
    if let status = span.content.status {
      self.status.code = status.code == .ok ? .ok : .error
      self.status.message = status.message ?? ""
    }
  }
}

extension [Otlp_KeyValue] {
  fileprivate init(_ attributes: SpanAttributes) {
    self = []
    attributes.forEach { append(.init($0, $1)) }
  }
}

extension Otlp_KeyValue {
  fileprivate init(_ key: String, _ value: SpanAttribute) {
    self.key = key
    self.value = .init(value)
  }
}

extension Otlp_AnyValue {
  fileprivate init(_ attribute: SpanAttribute) {
    self.init()
    switch attribute {
    case .int32(let value): intValue = Int64(value)
    case .int64(let value): intValue = value
    case .double(let value): doubleValue = value
    case .bool(let value): boolValue = value
    case .string(let value): stringValue = value
    case .int32Array(let values): set(values.map { .int64(Int64($0)) })
    case .int64Array(let values): set(values.map { .int64($0) })
    case .doubleArray(let values): set(values.map { .double($0) })
    case .boolArray(let values): set(values.map { .bool($0) })
    case .stringArray(let values): set(values.map { .string($0) })
    default: break  // the library asks for it, for kinds that it may add
    }
  }

  private mutating func set(_ attributes: [SpanAttribute]) {
    arrayValue.values = attributes.map { .init($0) }
  }
}

extension Data {
  /// The bytes that hexadecimal digits stand for, two each.
  fileprivate init(hexadecimal digits: String) {
    self.init(Hexadecimal.bytes(of: digits) ?? [])
  }
}
