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
  targets: [
    .target(name: "Classification", swiftSettings: swiftSettings),
    .testTarget(
      name: "ClassificationTests", dependencies: ["Classification"], swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
