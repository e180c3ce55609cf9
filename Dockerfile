# Images of the service, as a user of its own:
#
#   docker build -t fashion-mnist-api .                                  five engines, and training
#   docker build -t fashion-mnist-api:minimal --target minimal .         the native engine alone
#   docker run -p 8000:8000 -p 8501:8501 fashion-mnist-api
#
# State is kept in the volume /var/lib/atelier; everything else may be read-only, but for /tmp:
#
#   docker run --read-only --tmpfs /tmp -v atelier:/var/lib/atelier -p 8000:8000 -p 8501:8501 fashion-mnist-api
ARG SWIFT_IMAGE=swift:6.3-bookworm
ARG BASE_IMAGE=debian:bookworm-slim

# What both builds need. The libraries that setup unpacks lie where the program will look for them, and
# do so before the sources come, so that a change of these does not fetch them again.
FROM ${SWIFT_IMAGE} AS tools
ENV ATELIER_CACHE=/opt/atelier
WORKDIR /source
COPY scripts scripts
RUN scripts/setup --minimal

FROM tools AS minimal-build
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN ATELIER_MINIMAL=1 scripts/build \
  && install -s -D .build/release/atelier /out/usr/local/bin/atelier

FROM tools AS full-build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-pip && scripts/setup
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN scripts/build \
  && install -s -D -t /out/usr/local/bin .build/release/atelier .build/release/libAtelierTorch.so \
  && mkdir -p /out/opt && cp -a /opt/atelier /out/opt/ \
  && rm -rf /out/opt/atelier/pkgconfig /out/opt/atelier/libtorch-*/torch/include

# What both images are made of.
FROM ${BASE_IMAGE} AS runtime
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends \
    libarchive13 libdeflate0 libfreetype6 libhiredis0.14 libjpeg62-turbo libpq5 libspng0 \
    libsqlite3-0 libstdc++6 libwebp7 libwebpdemux2 libxlsxwriter4 zlib1g \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
  && useradd --system --uid 10001 --user-group --home-dir /var/lib/atelier --shell /usr/sbin/nologin atelier \
  && install -d -o atelier -g atelier /var/lib/atelier
COPY deploy/container/health /usr/local/bin/atelier-health
COPY models /usr/local/share/atelier/models
ENV ATELIER_HOME=/var/lib/atelier ATELIER_HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/atelier
VOLUME /var/lib/atelier
# The API, gRPC, and the web interface.
EXPOSE 8000 8001 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["atelier-health"]
ENTRYPOINT ["atelier"]
CMD ["serve"]

FROM runtime AS minimal
COPY --from=minimal-build /out /

FROM runtime AS full
USER root
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends dataset-fashion-mnist fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
COPY --from=full-build /out /
USER 10001:10001
