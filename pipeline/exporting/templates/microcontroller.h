/* A network trained with PawTune, for TensorFlow Lite for Microcontrollers: see README.md. */
#ifndef PAWTUNE_MODEL_H_
#define PAWTUNE_MODEL_H_

#define PAWTUNE_IMAGE_SIZE {{ side }} /* pixels: width and height of a photo */
#define PAWTUNE_CLASSES {{ classes | length }}
#define PAWTUNE_LOGITS {{ logits }} /* with 1, above 0 means the second class */
#define PAWTUNE_MODEL_BYTES {{ size }}
#define PAWTUNE_ARENA_BYTES {{ arena }} /* about; see README.md */

#if defined(__GNUC__) || defined(__clang__)
#define PAWTUNE_ALIGNED __attribute__((aligned(16)))
#elif defined(__cplusplus)
#define PAWTUNE_ALIGNED alignas(16)
#else
#define PAWTUNE_ALIGNED _Alignas(16)
#endif

#ifdef __cplusplus
extern "C" {
#endif

extern const unsigned char pawtune_model[PAWTUNE_MODEL_BYTES];
extern const char* const pawtune_labels[PAWTUNE_CLASSES];

#ifdef __cplusplus
}
#endif

#endif
