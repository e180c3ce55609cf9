import Foundation
import Testing

@testable import OpenTelemetry

@Suite struct TracingConfigurationTests {
  @Test(
    arguments: [
      [:], ["OTEL_EXPORTER_OTLP_ENDPOINT": ""],
      ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318", "OTEL_SDK_DISABLED": "true"],
      ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318", "OTEL_TRACES_EXPORTER": "none"],
    ] as [[String: String]])
  func isOffUnlessACollectorIsNamed(environment: [String: String]) throws {
    #expect(try TracingConfiguration(environment: environment) == nil)
  }

  @Test(arguments: [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:4318", "http://x:4318/v1/traces"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:4318/otel/", "http://x:4318/otel/v1/traces"),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://x/spans", "https://x/spans"),
  ])
  func findsTheAddressForTraces(name: String, value: String, address: String) throws {
    let configuration = try #require(try TracingConfiguration(environment: [name: value]))
    #expect(configuration.endpoint.absoluteString == address)
  }

  @Test func readsWhatElseIsSaid() throws {
    let configuration = try #require(
      try TracingConfiguration(environment: [
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318", "OTEL_EXPORTER_OTLP_TIMEOUT": "250",
        "OTEL_EXPORTER_OTLP_HEADERS": "a=1, b=2%2C3",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "a=4", "OTEL_BSP_SCHEDULE_DELAY": "10",
        "OTEL_BSP_MAX_QUEUE_SIZE": "20", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "30",
        "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1",
      ]))
    #expect(configuration.headers == ["a": "4", "b": "2,3"])
    #expect(configuration.timeout == .milliseconds(250))
    #expect(configuration.delay == .milliseconds(10))
    #expect(configuration.queueLimit == 20 && configuration.batchLimit == 20)
    #expect(configuration.sampler == TraceSampler(followsParent: false, ratio: 0.1))
    #expect(configuration.resource == ["service.name": "atelier"])
  }

  @Test(arguments: [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
    ("OTEL_TRACES_SAMPLER", "sometimes"), ("OTEL_BSP_SCHEDULE_DELAY", "soon"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
  ])
  func namesTheVariableThatIsWrong(name: String, value: String) throws {
    var environment = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318"]
    environment[name] = value
    let error = #expect(throws: TracingError.self) {
      try TracingConfiguration(environment: environment)
    }
    #expect(error?.description.contains(name) == true)
    // Headers may hold keys.
    #expect(error?.description.contains("secret") == false)
  }
}
