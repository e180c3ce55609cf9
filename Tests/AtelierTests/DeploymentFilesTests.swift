import AtelierServer
import Foundation
import Glibc
import OracleSupport
import Subprocess
import SystemPackage
import Testing
import Yams

/// The files of `deploy/` and the image, held against the schemas of Kubernetes and against what the program
/// really offers. The image itself is too slow to build here; docs/deployment.md says how it was tried.
@Suite(.timeLimit(.minutes(15))) struct DeploymentFilesTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  /// What the program reads from its environment, and the address of PostgreSQL.
  private static let variables = Set(Setting.allCases.map(\.environmentName) + ["DATABASE_URL"])

  private static let ports = [8_000, 8_001, 8_501]

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The resources of an overlay, rendered by kubectl, valid by the schemas, and created by its dry run.
  private static func resources(of overlay: String) async throws -> [Node] {
    let cache = try #require(
      ProcessInfo.processInfo.environment["ATELIER_CACHE"], "source scripts/environment first")
    let result = try await Subprocess.run(
      .path(FilePath(cache + "/kubernetes/bin/python")),
      arguments: [
        root.appending(path: "Tests/AtelierTests/Oracle/deployment_files.py").path,
        cache + "/kubectl/kubectl", "deploy/kubernetes/\(overlay)",
      ],
      workingDirectory: FilePath(root.path), input: .none, output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20))
    try #require(result.terminationStatus == .exited(0), "\(result.standardError)")
    // JSON is YAML too, and a node is easier to walk through.
    return try #require(try Yams.compose(yaml: result.standardOutput)?.sequence).map(\.self)
  }

  @Test(arguments: [
    ("embedded", ["ConfigMap", "Deployment", "NetworkPolicy", "PersistentVolumeClaim", "Service"]),
    (
      "production",
      [
        "ConfigMap", "Deployment", "Deployment", "HorizontalPodAutoscaler", "NetworkPolicy",
        "PersistentVolumeClaim", "PodDisruptionBudget", "Service", "ServiceMonitor",
      ]
    ),
    ("kserve", ["InferenceService", "ServingRuntime"]),
  ])
  func anOverlayIsWhatAClusterTakes(overlay: String, kinds: [String]) async throws {
    let resources = try await Self.resources(of: overlay)
    #expect(resources.compactMap { $0["kind"]?.string }.sorted() == kinds)
    for resource in resources {
      let name = "\(overlay): \(resource["kind"]?.string ?? "")"
      for container in resource.containers {
        let named = container["env"]?.sequence?.compactMap { $0["name"]?.string } ?? []
        #expect(Self.variables.isSuperset(of: named), "\(name)")
        for port in container["ports"]?.sequence ?? [] {
          #expect(Self.ports.contains(try #require(port["containerPort"]?.int)), "\(name)")
        }
        let security = try #require(container["securityContext"])
        #expect(security["readOnlyRootFilesystem"]?.bool == true, "\(name)")
        #expect(security["allowPrivilegeEscalation"]?.bool == false, "\(name)")
        #expect(security["capabilities"]?["drop"]?[0]?.string == "ALL", "\(name)")
      }
      if resource["kind"] == "ConfigMap" {
        let names = resource["data"]?.mapping?.keys.compactMap(\.string) ?? []
        #expect(names.count >= 3 && Self.variables.isSuperset(of: names), "\(name)")
      }
    }
  }

  @Test(arguments: ["embedded", "production"])
  func serversGetTheRequestsAndTheTimeTheyNeed(overlay: String) async throws {
    let resources = try await Self.resources(of: overlay)
    let server = try #require(resources.first { $0.isNamed("Deployment", "atelier") })
    let labels = try #require(server["spec"]?["template"]?["metadata"]?["labels"]?.mapping)
    let service = resources.first { $0.isNamed("Service", "atelier") }?["spec"]
    for (name, value) in try #require(service?["selector"]?.mapping) {
      #expect(labels[name] == value)
    }
    let ports = try #require(service?["ports"]?.sequence).compactMap { $0["port"]?.int }
    #expect(ports == Self.ports)
    let names = server.containers[0]["ports"]?.sequence?.compactMap { $0["name"]?.string }
    let targets = service?["ports"]?.sequence?.compactMap { $0["targetPort"]?.string }
    #expect(names == targets)

    let settings = try #require(resources.first { $0["kind"] == "ConfigMap" })["data"]
    let drain = ["ATELIER_DRAIN_DELAY", "ATELIER_DRAIN_TIMEOUT"].compactMap {
      settings?[$0]?.string.flatMap { Int($0) }
    }
    let grace = server["spec"]?["template"]?["spec"]?["terminationGracePeriodSeconds"]?.int
    #expect(drain.count == 2)
    #expect(try #require(grace) > drain.reduce(0, +))
    #expect(server["spec"]?["template"]?["spec"]?["securityContext"]?["runAsNonRoot"]?.bool == true)
  }

  @Test func probesAndTheAutoscalerAskForWhatThereIs() async throws {
    let (offer, _) = try await withTemporaryDirectory { home in
      try await RunningServer.run(home: home) { server in
        defer { server.stop(SIGTERM) }
        return (
          api: try await server.get("/openapi.json"), metrics: try await server.get("/metrics")
        )
      }
    }
    let paths = try #require(try Yams.compose(yaml: offer.api)?["paths"]?.mapping)
    for overlay in ["embedded", "production", "kserve"] {
      let resources = try await Self.resources(of: overlay)
      let probes = resources.flatMap(\.containers).flatMap { container in
        ["startupProbe", "readinessProbe", "livenessProbe"].compactMap { container[$0] }
      }
      #expect(probes.count >= 2)
      for probe in probes {
        let path = try #require(probe["httpGet"]?["path"])
        #expect(paths.keys.contains(path), "\(path)")
      }
      for scaler in resources where scaler["kind"] == "HorizontalPodAutoscaler" {
        let metrics = scaler["spec"]?["metrics"]?.sequence?.compactMap {
          $0["pods"]?["metric"]?["name"]?.string
        }
        let adapter = try Self.text("deploy/kubernetes/production/prometheus-adapter.yaml")
        #expect(metrics?.count == 1)
        for metric in metrics ?? [] {
          #expect(offer.metrics.contains("# TYPE \(metric) gauge"))
          #expect(adapter.contains("as: \(metric) "))
        }
      }
    }
  }

  @Test func theExampleOfTheSecretSetsWhatThereIs() throws {
    let secret = try Yams.compose(
      yaml: Self.text("deploy/kubernetes/production/secret.example.yaml"))
    let names = try #require(secret?["stringData"]?.mapping?.keys.compactMap(\.string))
    #expect(names.count == 4)
    #expect(Self.variables.union(["metrics-key"]).isSuperset(of: names))
  }

  @Test func composeNamesVariablesPortsAndFilesThatThereAre() throws {
    let compose = try #require(try Yams.compose(yaml: Self.text("deploy/compose.yaml")))
    let services = try #require(compose["services"]?.mapping)
    #expect(services.count == 6)
    let atelier = try #require(services["atelier"]).flattened()
    let named = try #require(atelier["environment"]?.mapping?.keys.compactMap(\.string))
    #expect(named.count >= 4 && Self.variables.isSuperset(of: named))
    #expect(atelier["ports"]?.sequence?.compactMap(\.string) == Self.ports.map { "\($0):\($0)" })
    #expect(atelier["read_only"]?.bool == true)
    // A job keeps its engine, which the server that took it has: workers have to have it too.
    let worker = try #require(services["worker"]).flattened()
    #expect(worker["environment"]?["ATELIER_ENGINES"] == atelier["environment"]?["ATELIER_ENGINES"])
    let volumes = services.flatMap { $0.value["volumes"]?.sequence ?? [] }.compactMap(\.string)
    let files = volumes.filter { $0.hasPrefix("./") }
    #expect(files.count == 4)
    for file in files {
      let path = Self.root.appending(path: "deploy/" + file.split(separator: ":")[0]).path
      #expect(FileManager.default.fileExists(atPath: path), "\(path)")
    }
    let example = try Self.text("deploy/example.env")
    for variable in try Self.text("deploy/compose.yaml").matches(of: #/\$\{(\w+)/#) {
      #expect(example.contains("\n\(variable.output.1)="), "\(variable.output.1)")
    }
  }

  @Test func composeTakesItsFile() async throws {
    let file = Self.root.appending(path: "deploy/compose.yaml")
    try await Oracle.run(
      script: "compose_file.py", arguments: [file.path], environment: "kubernetes")
    try await withTemporaryDirectory { folder in
      let wrong = folder.appending(path: "compose.yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
        .replacing("read_only", with: "readonly")
      try Data(text.utf8).write(to: wrong)
      let error = await #expect(throws: OracleError.self) {
        try await Oracle.run(
          script: "compose_file.py", arguments: [wrong.path], environment: "kubernetes")
      }
      #expect(error?.output.contains("readonly") == true)
    }
  }

  @Test func theImageIsOfWhatIsHere() throws {
    let file = try Self.text("Dockerfile")
    #expect(try Self.text("deploy/Dockerfile") == file)
    #expect(file.contains("EXPOSE " + Self.ports.map(String.init).joined(separator: " ")))
    let named = file.matches(of: #/(ATELIER_[A-Z_]+)=/#).map { String($0.output.1) }
    #expect(
      Set(named).subtracting(Self.variables) == ["ATELIER_CACHE", "ATELIER_MINIMAL"])
    let ignored = try Self.text(".dockerignore")
    for copy in file.matches(of: #/(?m)^COPY (?!--)(\S+) /#) {
      let source = String(copy.output.1)
      #expect(ignored.contains("\n!\(source.split(separator: "/")[0])"), "\(source)")
      #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: source).path))
    }
  }

  /// Whoever adds a library to what is built has to add it to what is run.
  @Test func theImageHasTheLibrariesOfTheBuild() throws {
    let setup = try Self.text("scripts/setup")
    let list = try #require(setup.firstMatch(of: #/\nbuild_packages=\(([^)]+)\)/#)).output.1
    let libraries = list.split(whereSeparator: \.isWhitespace).filter { $0.hasSuffix("-dev") }
      .map { $0.dropLast(4).replacing("-12", with: "") }.filter { $0 != "libc6" }
    #expect(libraries.count >= 9)
    let file = try Self.text("Dockerfile")
    let image = try #require(file.firstMatch(of: #/AS runtime\nRUN ((?:[^\n]+\\\n)+)/#)).output.1
    for library in libraries { #expect(image.contains(" \(library)"), "\(library)") }
  }
}

extension Node {
  fileprivate func isNamed(_ kind: String, _ name: String) -> Bool {
    self["kind"]?.string == kind && self["metadata"]?["name"]?.string == name
  }

  /// The containers of a resource: of its pods', or of a serving runtime.
  fileprivate var containers: [Node] {
    let spec = self["spec"]?["template"]?["spec"] ?? self["spec"]
    return spec?["containers"]?.sequence.map(Array.init) ?? []
  }

  /// The mapping with what its key `<<` merges in.
  fileprivate func flattened() -> Node {
    guard var mapping, let base = mapping["<<"]?.mapping else { return self }
    for (key, value) in base where mapping[key] == nil { mapping[key] = value }
    return .mapping(mapping)
  }
}
