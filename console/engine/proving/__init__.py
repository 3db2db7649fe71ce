"""The proving: all that was measured, decided, posted and billed, compared anew."""
