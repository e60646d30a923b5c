# zitadel-sync serve in a container, from the binary that `deno task compile` makes.
#
#   deno task compile && docker build --tag zitadel-sync .
#   docker run --read-only --cap-drop ALL --env ZITADEL_INSTANCE_URL=... --env ZITADEL_PAT_FILE=... zitadel-sync
#
# The base has glibc and certificates, and no shell; its user 65532 is not root. The program writes no file unless it is told
# to, so that the root file system may be read-only; a file for ZITADEL_SYNC_STATE belongs on a volume.
FROM gcr.io/distroless/cc-debian12:nonroot

ARG BINARY=dist/zitadel-sync
COPY --chmod=0755 ${BINARY} /usr/local/bin/zitadel-sync

USER 65532:65532
ENV ZITADEL_SYNC_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s CMD ["/usr/local/bin/zitadel-sync", "health"]
ENTRYPOINT ["/usr/local/bin/zitadel-sync"]
CMD ["serve"]
