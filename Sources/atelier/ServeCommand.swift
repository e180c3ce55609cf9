import ArgumentParser
import AtelierServer
import Classification
import Foundation

/// `atelier serve`: the service.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the HTTP API and the web interface.",
    discussion: """
      Everything can also be said in the environment (ATELIER_PORT for --port, and so on) and in a \
      YAML file (port: 8000); flags win over the environment, that over the file. --print-config \
      shows what is in force, and why. Without any key, the first start makes one and shows it once.

        atelier serve
        ATELIER_API_KEYS=123456:predict,fashion_api_key_789:admin atelier serve --port 9000
        atelier serve --canary v3=10%
        atelier serve --config atelier.yaml --print-config
      """)

  @Option(help: "The address to listen on; by default 127.0.0.1.")
  var host: String?

  @Option(help: "The port of the API; by default 8000.")
  var port: Int?

  @Option(help: "The port of the web interface; by default 8501; 0 for none.")
  var uiPort: Int?

  @Option(
    help: "The port of the Open Inference Protocol over gRPC; by default 8001; 0 for none.")
  var grpcPort: Int?

  @Option(
    help: """
      The directory of the database, keys, models and logs; by default ~/.local/share/atelier.
      """, completion: .directory)
  var home: String?

  @Option(help: "The model version, whatever is promoted; by default the promoted one.")
  var model: String?

  @Option(help: "A version that a share of the requests tries, such as v3=10%; by default none.")
  var canary: String?

  @Option(help: "The engines to load, separated by commas; by default all.")
  var engines: String?

  @Option(help: "The numbers that the native engine multiplies; by default float32.")
  var nativePrecision: NativePrecision?

  @Option(
    help: "Requests a minute of a key without a limit of its own; 0, the default, for no limit.")
  var requestsPerMinute: Int?

  @Option(
    help: """
      The least severe log lines: trace, debug, info, notice, warning, error or critical; by default \
      info.
      """)
  var logLevel: String?

  @Option(help: "A configuration file, in YAML.", completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Flag(help: "Print the settings and where they come from, and exit.")
  var printConfig = false

  func run() async throws {
    try await flags.run { try await serve() }
  }

  private func serve() async throws {
    let settings = try await Settings(flags: flags.values, file: config)
    if printConfig {
      print(settings.report)
      return
    }
    let host = ServiceHost(settings)
    try await host.run(models: Locations.servedModels(of: settings)) { announcement in
      print("API            \(announcement.url)")
      if let url = announcement.webURL { print("web interface  \(url)") }
      if let address = announcement.grpcAddress { print("gRPC           \(address)") }
      print("documentation  \(announcement.url)/docs")
      if let key = announcement.firstKey {
        print("admin key      \(key)  (shown once; see atelier keys)")
      }
      fflush(nil)
    }
  }

  private var flags: SettingFlags {
    SettingFlags([
      .host: host, .port: port.map(String.init), .uiPort: uiPort.map(String.init),
      .grpcPort: grpcPort.map(String.init), .home: home,
      .model: model, .canary: canary, .engines: engines,
      .nativePrecision: nativePrecision?.rawValue,
      .requestsPerMinute: requestsPerMinute.map(String.init), .logLevel: logLevel,
    ])
  }
}
