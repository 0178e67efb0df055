/* A resolver for tests, to be preloaded: `*.hang` never returns; `A-B-C-D.E-F-G-H.addresses` has the
 * addresses A.B.C.D and E.F.G.H, in that order; other names go to the system's. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), most = strlen(end);
    return length >= most && strcmp(text + length - most, end) == 0;
}

/* One block for each entry: freeaddrinfo of the GNU C library frees no more. */
static struct addrinfo *entry(const char *label, size_t length, const char *service)
{
    char text[64] = {0};
    struct addrinfo *made = calloc(1, sizeof *made + sizeof(struct sockaddr_in));
    struct sockaddr_in *address = (struct sockaddr_in *)(made + 1);
    for (size_t at = 0; at < length && at < sizeof text - 1; at++)
        text[at] = label[at] == '-' ? '.' : label[at];
    address->sin_family = AF_INET;
    address->sin_port = htons(service ? atoi(service) : 0);
    inet_pton(AF_INET, text, &address->sin_addr);
    made->ai_family = AF_INET;
    made->ai_socktype = SOCK_STREAM;
    made->ai_addrlen = sizeof *address;
    made->ai_addr = (struct sockaddr *)address;
    return made;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (node && ends_with(node, ".hang"))
        for (;;)
            pause();
    if (node && ends_with(node, ".addresses")) {
        struct addrinfo **last = found;
        for (const char *dot; (dot = strchr(node, '.')); node = dot + 1) {
            *last = entry(node, dot - node, service);
            last = &(*last)->ai_next;
        }
        return 0;
    }
    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    return next(node, service, hints, found);
}
