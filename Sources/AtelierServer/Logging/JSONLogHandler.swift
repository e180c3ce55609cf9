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

  /// Writes an event.
  public func log(event: LogEvent) {
    var members: [OrderedJSON.Member] = [
      .init(name: "time", value: .string(Timestamp.now())),
      .init(name: "level", value: .string(event.level.rawValue)),
      .init(name: "message", value: .string(event.message.description)),
    ]
    var fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
    for name in LogField.order {
      guard let value = fields.removeValue(forKey: name) else { continue }
      members.append(.init(name: name, value: Self.json(value)))
    }
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      members.append(.init(name: name, value: Self.json(value)))
    }
    if let error = event.error {
      members.append(.init(name: "error", value: .string("\(error)")))
    }
    var line: [UInt8] = []
    line.reserveCapacity(512)
    OrderedJSON.object(members).write(to: &line)
    line.append(UInt8(ascii: "\n"))
    sink.write(line)
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
