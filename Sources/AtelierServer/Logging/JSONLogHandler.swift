import Files
public import Logging
import Records

/// Writes each event of a logger as one line of JSON.
///
/// A line starts with `time`, `level` and `message`; the metadata follow in the order of
/// ``LogField/order``, then any others by name.
public struct JSONLogHandler: LogHandler {
  /// The least severe events that are written.
  public var logLevel: Logger.Level
  /// What every line of this logger says.
  public var metadata: Logger.Metadata = [:]

  private let sink: LogSink

  /// Creates a handler that writes to a sink.
  public init(sink: LogSink, level: Logger.Level = .info) {
    self.sink = sink
    logLevel = level
  }

  /// One entry of the metadata of every line.
  public subscript(metadataKey name: String) -> Logger.Metadata.Value? {
    get { metadata[name] }
    set { metadata[name] = newValue }
  }

  /// Writes an event. Those that warn are written without delay.
  public func log(event: LogEvent) {
    sink.write(urgently: event.level >= .warning) { json in
      json.beginObject()
      json.member("time", Timestamp.now())
      json.member("level", event.level.rawValue)
      json.member("message", event.message.description)
      if let entry = Self.requestEntry(of: event) {
        entry.write(to: &json)
      } else {
        write(event.metadata ?? [:], to: &json)
      }
      if let error = event.error { json.member("error", "\(error)") }
      json.endObject()
      json.endLine()
    }
  }

  private static func requestEntry(of event: LogEvent) -> RequestLogEntry? {
    guard case .stringConvertible(let value) = event.metadata?[RequestLogEntry.metadataKey]
    else { return nil }
    return value as? RequestLogEntry
  }

  private func write(_ eventFields: Logger.Metadata, to json: inout JSONWriter) {
    var fields = metadata.merging(eventFields) { _, new in new }
    for name in LogField.order {
      guard let value = fields.removeValue(forKey: name) else { continue }
      json.name(name)
      json.value(Self.json(value))
    }
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      json.name(name)
      json.value(Self.json(value))
    }
  }

  private static func json(_ value: Logger.Metadata.Value) -> OrderedJSON {
    switch value {
    case .string(let text): .string(text)
    case .stringConvertible(let number as LogNumber): number.json
    case .stringConvertible(let other): .string(other.description)
    case .array(let values): .array(values.map(json))
    case .dictionary(let entries):
      .object(
        entries.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: json($0.value)) })
    }
  }
}
