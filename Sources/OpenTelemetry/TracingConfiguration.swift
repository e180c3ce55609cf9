public import Foundation

/// Where spans are sent, and how: what OpenTelemetry's environment variables say.
///
/// Source: OpenTelemetry specification, *Environment Variable Specification* and *OTLP Exporter
/// Configuration*.
public struct TracingConfiguration: Sendable, Hashable {
  /// The address of the collector for traces.
  public var endpoint: URL
  /// Header fields to send along, such as a key.
  public var headers: [String: String] = [:]
  /// How long a collector may take to answer.
  public var timeout: Duration = .seconds(10)
  /// What describes this service.
  public var resource: [String: String] = ["service.name": "atelier"]
  /// Of which traces spans are recorded.
  public var sampler = TraceSampler.parentBasedAlwaysOn
  /// How long spans wait for others at most.
  public var delay: Duration = .seconds(5)
  /// Spans that may wait; more are dropped.
  public var queueLimit = 2_048
  /// Spans that are sent together at most.
  public var batchLimit = 512

  /// Sends spans to a collector.
  public init(endpoint: URL) {
    self.endpoint = endpoint
  }

  /// Reads the environment; `nil` when it names no collector, or says that there is to be no tracing.
  ///
  /// - Throws: ``TracingError`` when a variable has an unusable value.
  public init?(environment: [String: String]) throws(TracingError) {
    let variables = environment.filter { !$0.value.isEmpty }
    guard variables["OTEL_SDK_DISABLED"]?.lowercased() != "true",
      variables["OTEL_TRACES_EXPORTER", default: "otlp"] == "otlp",
      let endpoint = try Self.endpoint(variables)
    else { return nil }
    self.init(endpoint: endpoint)
    for name in ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] {
      guard let text = variables[name], text != "http/protobuf" else { continue }
      throw .unusable(name, text, reason: "spans are sent by http/protobuf only")
    }
    for name in ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"] {
      guard let text = variables[name] else { continue }
      headers.merge(try Self.list(text, of: name)) { $1 }
    }
    if let text = variables["OTEL_RESOURCE_ATTRIBUTES"] {
      resource.merge(try Self.list(text, of: "OTEL_RESOURCE_ATTRIBUTES")) { $1 }
    }
    resource["service.name"] = variables["OTEL_SERVICE_NAME"] ?? resource["service.name"]
    if let name = variables["OTEL_TRACES_SAMPLER"] {
      let argument = variables["OTEL_TRACES_SAMPLER_ARG", default: ""]
      guard let sampler = TraceSampler(named: name, argument: argument) else {
        throw .unusable(
          "OTEL_TRACES_SAMPLER", name,
          reason:
            "is not always_on, always_off or traceidratio with an argument from 0 to 1, or one of "
            + "them after parentbased_")
      }
      self.sampler = sampler
    }
    try readNumbers(variables)
  }

  private mutating func readNumbers(_ variables: [String: String]) throws(TracingError) {
    for name in ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] {
      if let value = try Self.number(name, variables) { timeout = .milliseconds(value) }
    }
    if let value = try Self.number("OTEL_BSP_SCHEDULE_DELAY", variables) {
      delay = .milliseconds(value)
    }
    if let value = try Self.number("OTEL_BSP_MAX_QUEUE_SIZE", variables) { queueLimit = value }
    if let value = try Self.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", variables) {
      batchLimit = value
    }
    batchLimit = min(batchLimit, queueLimit)
  }

  private static func number(
    _ name: String, _ variables: [String: String]
  ) throws(TracingError) -> Int? {
    guard let text = variables[name] else { return nil }
    guard let value = Int(text), (1...86_400_000).contains(value) else {
      throw .unusable(name, text, reason: "is not a whole number from 1 to 86400000")
    }
    return value
  }

  /// The address for traces: one that is said for them as it is, one for everything with a path.
  private static func endpoint(_ variables: [String: String]) throws(TracingError) -> URL? {
    let (own, common) = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    guard
      let (name, text) = [own, common].lazy.compactMap({ name in
        variables[name].map { (name, $0) }
      }).first
    else { return nil }
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil
    else { throw .unusable(name, text, reason: "is not an address such as http://localhost:4318") }
    return name == own ? url : url.appending(path: "v1/traces")
  }

  /// Reads `name=value,name=value` with values in percent encoding (W3C Baggage, without properties).
  private static func list(
    _ text: String, of name: String
  ) throws(TracingError) -> [String: String] {
    var result: [String: String] = [:]
    for item in text.split(separator: ",") {
      let parts = item.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2, !parts[0].isEmpty, let value = parts[1].removingPercentEncoding else {
        throw .unusable(name, nil, reason: "is not written NAME=VALUE,NAME=VALUE")
      }
      result[parts[0]] = value
    }
    return result
  }
}
