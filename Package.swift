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

let package = Package(
  name: "atelier",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0")
  ],
  targets: [
    .target(name: "Classification", swiftSettings: swiftSettings),
    .target(
      name: "Networks",
      dependencies: [
        "Classification",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: swiftSettings),
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
