// swift-tools-version: 6.2

import PackageDescription

var swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]
if Context.environment["CI"] != nil {
  swiftSettings.append(.treatAllWarnings(as: .error))
}

// scripts/setup puts LibTorch and ONNX Runtime (or links to yours) into this folder.
let cache =
  Context.environment["ATELIER_CACHE"]
  ?? (Context.environment["XDG_CACHE_HOME"] ?? Context.environment["HOME", default: ""] + "/.cache")
  + "/atelier"

/// Linker flags that let the program find the shared libraries of `library` where setup put them.
func rpath(_ library: String) -> [String] {
  ["-Xlinker", "-rpath", "-Xlinker", "\(cache)/\(library)/lib"]
}

let package = Package(
  name: "atelier",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    .package(
      url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: ["YAML"]),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "LibTorch", pkgConfig: "atelier-libtorch"),
    .target(
      name: "CTorch", dependencies: ["LibTorch"],
      linkerSettings: [.unsafeFlags(rpath("libtorch") + ["-Xlinker", "--allow-shlib-undefined"])]),
    .target(name: "Classification", swiftSettings: swiftSettings),
    .target(
      name: "Networks",
      dependencies: [
        "Classification",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Hashing",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: swiftSettings),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Dataset",
      dependencies: [
        "Classification", "CZlib", "Hashing",
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "ModelStore",
      dependencies: [
        "Classification", "Hashing", "Networks",
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Records",
      dependencies: ["Classification", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: swiftSettings),
    .target(
      name: "APIKeys",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: swiftSettings),
    .target(
      name: "AtelierServer",
      dependencies: [
        "APIKeys", "Classification", "Hashing", "Imaging", "ModelStore", "Pipeline", "Records",
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "RecordsTests",
      dependencies: ["Records", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "APIKeysTests", dependencies: ["APIKeys"], swiftSettings: swiftSettings),
    .testTarget(
      name: "AtelierServerTests",
      dependencies: [
        "APIKeys", "AtelierServer", "Classification", "Imaging", "ModelStore", "Networks", "Pipeline",
        "Records",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "InMemoryLogging", package: "swift-log"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ModelStoreTests", dependencies: ["ModelStore"], swiftSettings: swiftSettings),
    .testTarget(
      name: "DatasetTests", dependencies: ["Dataset"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ClassificationTests", dependencies: ["Classification"], swiftSettings: swiftSettings),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Networks",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
