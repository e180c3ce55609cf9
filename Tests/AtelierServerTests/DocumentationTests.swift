import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import AtelierServer

@Suite struct DocumentationTests {
  private let document = OpenAPIDocument.json

  private func members(_ value: OrderedJSON?) -> [OrderedJSON.Member] {
    guard case .object(let members) = value else { return [] }
    return members
  }

  @Test func describesExactlyTheRoutesThereAre() throws {
    let described = members(document["paths"]).flatMap { path in
      members(path.value).map { "\($0.name.uppercased()) \(path.name)" }
    }
    let endpoints = try TestService().components.endpoints.filter(\.isDocumented)
    #expect(Set(described) == Set(endpoints.map { "\($0.method.rawValue) \($0.path)" }))
    #expect(described.count == endpoints.count)
  }

  @Test func describesTheirStatusesAndKeys() throws {
    for endpoint in try TestService().components.endpoints where endpoint.isDocumented {
      let operation = document["paths"]?[endpoint.path]?[endpoint.method.rawValue.lowercased()]
      let statuses = members(operation?["responses"]).compactMap { Int($0.name) }
      #expect(Set(statuses) == Set(endpoint.statuses), "\(endpoint.path)")
      #expect((operation?["security"] == .array([])) == (endpoint.role == nil), "\(endpoint.path)")
    }
  }

  @Test func describesBothWaysToSendAKey() {
    let schemes = members(document["components"]?["securitySchemes"]).map(\.name)
    #expect(schemes == ["apiKey", "bearer"])
    #expect(document["security"] == .array(schemes.map { .object([.init(name: $0, value: [])]) }))
  }

  @Test func hasAllItRefersTo() {
    var references: Set<String> = []
    func collect(_ value: OrderedJSON) {
      switch value {
      case .object(let members):
        for member in members {
          if member.name == "$ref", case .string(let text) = member.value {
            references.insert(text)
          }
          collect(member.value)
        }
      case .array(let elements): for element in elements { collect(element) }
      default: break
      }
    }
    collect(document)
    #expect(references.count > 20)
    for reference in references {
      let place = reference.dropFirst(2).split(separator: "/").reduce(document as OrderedJSON?) {
        $0?[String($1)]
      }
      #expect(place != nil, "\(reference)")
    }
  }

  @Test func documentAndPageNeedNoKey() async throws {
    let service = try TestService()
    try await service.test { client in
      let document = try await client.execute(uri: "/openapi.json", method: .get)
      let object = try JSONSerialization.jsonObject(with: Data(document.body.readableBytesView))
      #expect((object as? [String: Any])?["openapi"] as? String == "3.1.0")
      let page = try await client.execute(uri: "/docs", method: .get)
      #expect(page.status == .ok)
      #expect(page.headers[.contentSecurityPolicy]?.contains("script-src 'self'") == true)
      for reference in page.text.matches(of: /(?:src|href)="([^"]+)"/) {
        let file = try await client.execute(uri: "/\(reference.output.1)", method: .get)
        #expect(file.status == .ok)
        #expect(file.body.readableBytes > 100)
      }
      // Nothing comes from elsewhere, and no script stands in the page.
      #expect(!page.text.contains("://"))
      #expect(!page.text.contains("<script>"))
    }
  }
}
