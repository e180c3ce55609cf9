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
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
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
    .systemLibrary(name: "COnnxRuntime", pkgConfig: "atelier-onnxruntime"),
    .target(
      name: "OnnxEngine",
      dependencies: ["COnnxRuntime", "Classification", "Files"],
      swiftSettings: swiftSettings,
      linkerSettings: [.unsafeFlags(rpath("onnxruntime"))]),
    .target(
      name: "OnnxModel",
      dependencies: [
        "Classification", "Files", "Networks",
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: swiftSettings),
    .target(name: "Files", swiftSettings: swiftSettings),
    .target(
      name: "StateDictFiles",
      dependencies: [
        "CZlib", "Files", "Networks",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: swiftSettings),
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
      name: "OracleSupport",
      dependencies: [
        "Classification", "Dataset", "Networks",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/OracleSupport", swiftSettings: swiftSettings),
    .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: swiftSettings),
    .testTarget(
      name: "StateDictFilesTests",
      dependencies: [
        "Dataset", "Files", "Networks", "OracleSupport", "StateDictFiles",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      exclude: ["Oracle"], swiftSettings: swiftSettings),
    .testTarget(
      name: "OnnxModelTests",
      dependencies: [
        "Classification", "Dataset", "Files", "Networks", "OnnxModel", "OracleSupport",
        "StateDictFiles",
      ],
      exclude: ["Oracle"], swiftSettings: swiftSettings),
    .testTarget(
      name: "OnnxEngineTests",
      dependencies: [
        "Classification", "Dataset", "Files", "Networks", "OnnxEngine", "OnnxModel",
        "OracleSupport",
      ],
      exclude: ["Oracle"], swiftSettings: swiftSettings),
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
