// swift-tools-version: 6.2

import PackageDescription

// scripts/setup puts LibTorch and ONNX Runtime (or links to yours) into this folder.
let cache =
  Context.environment["ATELIER_CACHE"]
  ?? (Context.environment["XDG_CACHE_HOME"] ?? Context.environment["HOME", default: ""] + "/.cache")
  + "/atelier"

// A build without LibTorch and ONNX Runtime, which then need not be installed. The code is the same:
// both are opened when an engine first needs them, and here there is nothing to open.
let isMinimal = Context.environment["ATELIER_MINIMAL"] == "1"

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (Context.environment["CI"] != nil ? [.treatAllWarnings(as: .error)] : [])

extension Target {
  /// A library of this package, in Swift.
  static func library(
    _ name: String, _ dependencies: [Dependency] = [], resources: [Resource] = [],
    swiftSettings: [SwiftSetting] = settings, linkerSettings: [LinkerSetting] = []
  ) -> Target {
    .target(
      name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings,
      linkerSettings: linkerSettings)
  }

  /// The tests of a target. Scripts for Python, which they use as an oracle, lie in `Oracle`.
  static func tests(
    of name: String, _ dependencies: [Dependency] = [], hasOracle: Bool = false
  ) -> Target {
    .testTarget(
      name: name + "Tests", dependencies: [.target(name: name)] + dependencies,
      exclude: hasOracle ? ["Oracle"] : [], swiftSettings: settings)
  }

  /// Linker flags that let the program find the shared libraries of `library` where setup put them.
  static func rpath(_ library: String) -> [String] {
    ["-Xlinker", "-rpath", "-Xlinker", "\(cache)/\(library)/lib"]
  }
}

extension Target.Dependency {
  static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
  static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let collections = product(name: "OrderedCollections", package: "swift-collections")
  static let configuration = product(name: "Configuration", package: "swift-configuration")
  static let crypto = product(name: "Crypto", package: "swift-crypto")
  static let deque = product(name: "DequeModule", package: "swift-collections")
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let grdbSQLite = product(name: "GRDBSQLite", package: "GRDB.swift")
  static let grpcCore = product(name: "GRPCCore", package: "grpc-swift-2")
  static let grpcTransport = product(
    name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
  static let hdrHistogram = product(name: "Histogram", package: "hdrhistogram-swift")
  static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
  static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
  static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
  static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
  static let inMemoryTracing = product(
    name: "InMemoryTracing", package: "swift-distributed-tracing")
  static let inMemoryLogging = product(name: "InMemoryLogging", package: "swift-log")
  static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
  static let logging = product(name: "Logging", package: "swift-log")
  static let nioCore = product(name: "NIOCore", package: "swift-nio")
  static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
  static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
  static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
  static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let swiftCSV = product(name: "SwiftCSV", package: "SwiftCSV")
  static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
  static let systemPackage = product(name: "SystemPackage", package: "swift-system")
  static let tracing = product(name: "Tracing", package: "swift-distributed-tracing")
  static let yams = product(name: "Yams", package: "Yams")
  static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
}

let nativeLibraries: [Target] = [
  .systemLibrary(
    name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
  .systemLibrary(
    name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"])]),
  .systemLibrary(
    name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
  .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
  .systemLibrary(name: "COnnxRuntime"),
  .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  .systemLibrary(name: "CSpng", pkgConfig: "spng", providers: [.apt(["libspng-dev"])]),
  .systemLibrary(name: "CWebP", pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"])]),
  .systemLibrary(
    name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(
    name: "LibJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
  .target(name: "CDynamicLinker"),
  .target(name: "CJPEG", dependencies: ["LibJPEG"]),
  // Unoptimised, these are so slow that tests of real pictures would take minutes.
  .target(name: "CGarmentDetector", cSettings: [.unsafeFlags(["-O3"])]),
  .target(name: "CNativeKernels", cSettings: [.unsafeFlags(["-O3"])]),
  .target(name: "CPixels", cSettings: [.unsafeFlags(["-O3"])]),
  .target(name: "CTorchInterface"),
]

let torchBridge: [Target] = [
  .systemLibrary(name: "LibTorch", pkgConfig: "atelier-libtorch"),
  .target(
    name: "CTorch", dependencies: ["LibTorch"],
    // A header, and no dependency: that would be a module, which is not built for C++.
    cxxSettings: [.headerSearchPath("../CTorchInterface/include")],
    linkerSettings: [
      // There is no Swift in it: a program that brings its own runtime must not load another one.
      .unsafeFlags(
        Target.rpath("libtorch") + ["-Xlinker", "--allow-shlib-undefined"]
          + ["-static-stdlib", "-nostartfiles"])
    ]),
]

let libraries: [Target] = [
  .library("Classification", ["CGarmentDetector"]),
  .library("Networks", ["Classification", .collections]),
  .library("Hexadecimal"),
  .library("Hashing", ["Hexadecimal", .crypto]),
  .library("Files"),
  .library("Randomness"),
  .library("Archives", ["CArchive"]),
  .library(
    "StateDictFiles", ["CZlib", "Classification", "Files", "Networks", .collections]),
  .library("Imaging", ["Classification", "CDeflate", "CJPEG", "CPixels", "CSpng", "CWebP"]),
  .library(
    "Dataset", ["Archives", "Classification", "CZlib", "Hashing", "Imaging", .swiftCSV]),
  .library("Outliers", ["CFreeType", "Classification", "Dataset", "Imaging"]),
  .library("ModelStore", ["Classification", "Files", "Hashing", "Networks"]),
  .library(
    "TorchEngines", ["Classification", "CTorchInterface", "Files", "Networks", .collections]),
  .library(
    "OnnxEngine", ["CDynamicLinker", "COnnxRuntime", "Classification", "Files"],
    linkerSettings: isMinimal ? [] : [.unsafeFlags(Target.rpath("onnxruntime"))]),
  .library(
    "NativeEngine",
    ["CNativeKernels", "Classification", "Files", "Hashing", "Networks", .collections]),
  .library("OnnxModel", ["Classification", "Files", "Networks", .collections, .protobuf]),
  .library(
    "Training",
    [
      "CTorchInterface", "Classification", "Dataset", "Files", "ModelStore", "NativeEngine",
      "Networks", "OnnxModel", "StateDictFiles", "TorchEngines", .collections,
    ]),
  .library(
    "Reports", ["Classification", "Dataset", "Files", "ModelStore", "Networks", "Training"]),
  .library(
    "Pipeline",
    [
      "Classification", "Files", "Imaging", "ModelStore", "NativeEngine", "Networks", "OnnxEngine",
      "StateDictFiles", "TorchEngines",
    ]),
  .library(
    "ModelImport",
    [
      "Classification", "Dataset", "Files", "ModelStore", "Networks", "OnnxEngine", "OnnxModel",
      "Pipeline", "StateDictFiles", "TorchEngines", "Training",
    ]),
  // Paints millions of pixels, which takes the tests minutes unless it is optimised.
  .library(
    "Robustness", ["Classification", "Dataset", "Imaging", "Pipeline"],
    swiftSettings: settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
  .library("PostgreSQL", ["CPostgreSQL", "Hexadecimal"]),
  .library(
    "Records",
    [
      "Classification", "CXlsxWriter", "Files", "Hashing", "Hexadecimal", "PostgreSQL",
      "Randomness", .grdb, .grdbSQLite,
    ]),
  .library("Monitoring", ["Classification", "ModelStore", "Records", .hdrHistogram]),
  .library(
    "Retraining",
    ["Classification", "Dataset", "ModelStore", "Pipeline", "Records", "Training"]),
  .library("Redis", ["CHiredis"]),
  .library("APIKeys", ["Files", "Hashing", "Hexadecimal", "PostgreSQL", "Redis", .crypto]),
  .library("Counters", ["Records", "Redis"]),
  .library("Jobs", ["PostgreSQL", "Records", "Redis", .grdb, .logging]),
  .library("OpenInference", ["Classification"]),
  .library(
    "OpenInferenceGRPC",
    ["OpenInference", .grpcCore, .grpcTransport, .nioCore, .protobuf]),
  .library(
    "OpenTelemetry",
    [
      "Hexadecimal", "Randomness", .asyncHTTPClient, .logging, .nioCore, .nioHTTP1, .protobuf,
      .tracing,
    ]),
  .library(
    "AtelierServer",
    [
      "APIKeys", "Archives", "Classification", "Counters", "Dataset", "Files", "Hashing", "Imaging",
      "Jobs", "ModelImport", "ModelStore", "Monitoring", "Networks", "OpenInference",
      "OpenInferenceGRPC", "OpenTelemetry", "Pipeline", "PostgreSQL", "Records", "Redis",
      "Retraining", "Training", .configuration, .crypto, .deque, .grpcCore, .httpTypes,
      .hummingbird, .hummingbirdCore, .lifecycle, .logging, .nioCore, .nioHTTP1, .nioHTTPTypes,
      .nioPosix, .systemPackage, .tracing, .unixSignals,
      .yams,
    ],
    resources: [.embedInCode("Documentation/Assets"), .embedInCode("Web/Assets")]),
]

let programs: [Target] = [
  .executableTarget(
    name: "atelier",
    dependencies: [
      "APIKeys", "Archives", "AtelierServer", "Classification", "Dataset", "Files", "Imaging",
      "Jobs", "ModelImport", "ModelStore", "Networks", "Outliers", "Pipeline", "Records",
      "Reports", "Retraining", "Robustness", "StateDictFiles", "Training", .argumentParser,
    ],
    swiftSettings: settings)
]

let tests: [Target] = [
  .target(
    name: "OracleSupport",
    dependencies: ["Classification", "Dataset", "Networks", .subprocess, .systemPackage],
    path: "Tests/OracleSupport", swiftSettings: settings),
  .tests(of: "Classification"),
  .tests(of: "Networks", [.collections]),
  .tests(of: "Hexadecimal"),
  .tests(of: "Files"),
  .tests(of: "Randomness"),
  .tests(of: "Archives", ["OracleSupport"], hasOracle: true),
  .tests(
    of: "StateDictFiles", ["Dataset", "Files", "Networks", "OracleSupport", .collections],
    hasOracle: true),
  .tests(
    of: "Imaging", ["CPixels", "Classification", "Dataset", "OracleSupport"], hasOracle: true),
  .tests(of: "Dataset", ["Archives", "Classification", "Imaging"]),
  .tests(of: "Outliers", ["Classification", "Dataset", "Imaging"]),
  .tests(of: "ModelStore", ["Classification", "Files", "Networks"]),
  .tests(
    of: "ModelImport",
    [
      "Classification", "Dataset", "ModelStore", "Networks", "OnnxModel", "OracleSupport",
      "Pipeline",
      "StateDictFiles", .collections,
    ], hasOracle: true),
  .tests(of: "TorchEngines", ["Classification", "Dataset", "Networks", "OracleSupport"]),
  .tests(
    of: "NativeEngine",
    [
      "Classification", "Dataset", "Files", "Hashing", "Networks", "OracleSupport", "TorchEngines",
      .collections, .subprocess, .systemPackage,
    ]),
  .tests(
    of: "OnnxModel",
    ["Classification", "Dataset", "Files", "Networks", "OracleSupport", "StateDictFiles"],
    hasOracle: true),
  .tests(
    of: "OnnxEngine",
    ["Classification", "Dataset", "Files", "Networks", "OnnxModel", "OracleSupport"],
    hasOracle: true),
  .tests(
    of: "Training",
    ["Classification", "Dataset", "ModelStore", "Networks", "StateDictFiles", "TorchEngines"]),
  .tests(
    of: "Reports", ["Classification", "Dataset", "Files", "ModelStore", "Networks", "Training"]),
  .tests(
    of: "Records",
    [
      "Classification", "Dataset", "Files", "OracleSupport", "PostgreSQL", "PostgresSupport", .grdb,
    ], hasOracle: true),
  .tests(of: "Monitoring", ["Classification", "Dataset", "ModelStore", "Networks", "Records"]),
  .tests(
    of: "Retraining",
    [
      "Classification", "Dataset", "ModelStore", "Networks", "Records", "StateDictFiles",
      "Training",
      .collections,
    ]),
  .tests(
    of: "APIKeys",
    ["PostgreSQL", "PostgresSupport", "Records", "Redis", "RedisSupport", "ServerSupport"]),
  .tests(of: "OpenInference", ["Classification"]),
  .tests(
    of: "OpenTelemetry",
    ["OracleSupport", .httpTypes, .hummingbird, .logging, .nioCore, .tracing], hasOracle: true),
  .target(name: "ServerSupport", path: "Tests/ServerSupport", swiftSettings: settings),
  .target(
    name: "RedisSupport", dependencies: ["ServerSupport"], path: "Tests/RedisSupport",
    swiftSettings: settings),
  .target(
    name: "PostgresSupport", dependencies: ["CPostgreSQL", "PostgreSQL", "ServerSupport"],
    path: "Tests/PostgresSupport", swiftSettings: settings),
  .tests(of: "PostgreSQL", ["PostgresSupport"]),
  .tests(of: "Redis", ["RedisSupport"]),
  .tests(of: "Counters", ["Classification", "Records", "Redis", "RedisSupport"]),
  .tests(
    of: "Jobs",
    ["PostgresSupport", "PostgreSQL", "Records", "Redis", "RedisSupport", .grdb, .logging]),
  .tests(
    of: "AtelierServer",
    [
      "APIKeys", "Archives", "Classification", "Counters", "Dataset", "Imaging", "Jobs",
      "ModelStore", "Monitoring", "Networks", "OnnxModel", "OpenTelemetry", "OracleSupport",
      "Pipeline", "PostgreSQL", "PostgresSupport", "Records", "Redis", "RedisSupport", "Retraining",
      "StateDictFiles", "Training", .httpTypes, .hummingbird, .hummingbirdCore,
      .hummingbirdTesting, .inMemoryLogging, .inMemoryTracing, .logging, .nioCore, .nioPosix,
      .tracing,
    ], hasOracle: true),
  .tests(
    of: "Pipeline",
    ["Classification", "Dataset", "Imaging", "ModelStore", "Networks", "OracleSupport"],
    hasOracle: true),
  .tests(
    of: "Robustness", ["Classification", "Dataset", "Imaging", "ModelStore", "Pipeline"]),
  .target(
    name: "WebDriverSupport", dependencies: [.httpTypes, .hummingbirdTesting, .nioCore],
    path: "Tests/WebDriverSupport", swiftSettings: settings),
  .testTarget(
    name: "AtelierTests",
    dependencies: [
      "AtelierServer", "Classification", "Dataset", "Imaging", "Jobs", "ModelStore",
      "OracleSupport", "PostgreSQL", "PostgresSupport", "Records", "RedisSupport",
      "WebDriverSupport", "atelier",
      .asyncHTTPClient, .grdb, .httpTypes, .hummingbirdTesting, .nioCore, .nioHTTP1, .subprocess,
      .systemPackage, .yams,
    ],
    exclude: ["Oracle"], swiftSettings: settings),
]

let package = Package(
  name: "atelier",
  products: [.executable(name: "atelier", targets: ["atelier"])]
    // Opened by the program when an engine needs LibTorch; see TorchLibrary.
    + (isMinimal ? [] : [.library(name: "AtelierTorch", type: .dynamic, targets: ["CTorch"])]),
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    .package(
      url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: ["YAML"]),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2.git", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", from: "2.9.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV.git", from: "0.10.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
  ],
  targets: nativeLibraries + (isMinimal ? [] : torchBridge) + libraries + programs + tests,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: Context.environment["ATELIER_CXX_STANDARD"] == "17" ? .cxx17 : .cxx20
)
